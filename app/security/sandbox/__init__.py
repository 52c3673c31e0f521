"""Walls around a process, put up by itself: files, network and programs that it can do without."""

from app.security.sandbox.confinement import Reach, confine_child, confine_server
from app.security.sandbox.walls import Wall

__all__ = ["Reach", "Wall", "confine_child", "confine_server"]
