"""Multicast DNS: the network finds the assistant by a name. Source: RFC 6762, RFC 6763."""
