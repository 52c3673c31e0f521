# The ggml in the folder GGML_HOME of an installed llama-cpp-python, for whisper.cpp.
# Its own configuration file looks for headers and libraries elsewhere than its wheel has them.
find_library(GGML_LIBRARY ggml PATHS "${GGML_HOME}/lib" NO_DEFAULT_PATH REQUIRED)
find_library(GGML_BASE_LIBRARY ggml-base PATHS "${GGML_HOME}/lib" NO_DEFAULT_PATH REQUIRED)
find_path(GGML_HEADERS ggml.h PATHS "${GGML_HOME}/include" "${GGML_HOME}/../include"
          NO_DEFAULT_PATH REQUIRED)
add_library(ggml::ggml INTERFACE IMPORTED)
target_include_directories(ggml::ggml INTERFACE "${GGML_HEADERS}")
target_link_libraries(ggml::ggml INTERFACE "${GGML_LIBRARY}" "${GGML_BASE_LIBRARY}")
