find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(FYAML REQUIRED IMPORTED_TARGET libfyaml)
pkg_check_modules(JSONC REQUIRED IMPORTED_TARGET json-c)
pkg_check_modules(EVENT REQUIRED IMPORTED_TARGET libevent_core libevent_extra libevent_pthreads)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3)
if(ETQ_TESTS)
	pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
	# Debian's interpreter, for Debian's pytest: another python3 may come first in PATH.
	find_program(ETQ_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
	find_program(ETQ_PYTHON python3 REQUIRED)
endif()

# Snowball ships no .pc file.
find_library(STEMMER_LIBRARY stemmer REQUIRED)
find_path(STEMMER_INCLUDE_DIR libstemmer.h REQUIRED)
mark_as_advanced(STEMMER_LIBRARY STEMMER_INCLUDE_DIR)
add_library(Stemmer::stemmer UNKNOWN IMPORTED)
set_target_properties(Stemmer::stemmer PROPERTIES
	IMPORTED_LOCATION ${STEMMER_LIBRARY}
	INTERFACE_INCLUDE_DIRECTORIES ${STEMMER_INCLUDE_DIR})
