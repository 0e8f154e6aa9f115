# What every test may read from its environment; sanitizer reports say where.
set(ETQ_TEST_ENV
	ETQ_BIN_DIR=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}
	ETQ_SOURCE_DIR=${CMAKE_SOURCE_DIR}
	ETQ_SANITIZE=${ETQ_SANITIZE}
	UBSAN_OPTIONS=print_stacktrace=1
	ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
	PYTHONDONTWRITEBYTECODE=1)

# Tests are held to the same warnings but for conversions, which cmocka's macros are full of. Linked after
# etq_warnings, so that these come later on the command line.
add_library(etq_test_warnings INTERFACE)
target_compile_options(etq_test_warnings INTERFACE -Wno-conversion)
add_library(etq_fuzz_warnings INTERFACE)
target_compile_options(etq_fuzz_warnings INTERFACE -Wno-missing-prototypes)

function(etq_test_executable target)
	cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
	if(arg_UNPARSED_ARGUMENTS)
		message(FATAL_ERROR "${target}: not understood: ${arg_UNPARSED_ARGUMENTS}")
	endif()
	add_executable(${target})
	target_sources(${target} PRIVATE ${arg_SOURCES})
	target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
	target_compile_definitions(${target} PRIVATE
		ETQ_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ETQ_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
	target_link_libraries(${target} PRIVATE etq_warnings etq_test_warnings ${arg_LINK})
endfunction()

# etq_unit_test(NAME SOURCES test_a.c … LINK etq_base …): a cmocka program, ctest label unit.
function(etq_unit_test name)
	etq_test_executable(unit_${name} ${ARGN})
	target_link_libraries(unit_${name} PRIVATE PkgConfig::CMOCKA)
	add_test(NAME unit/${name} COMMAND unit_${name})
	set_tests_properties(unit/${name} PROPERTIES
		LABELS unit TIMEOUT 120 ENVIRONMENT "${ETQ_TEST_ENV}")
endfunction()

# etq_functional_tests(): one ctest for each test_*.py beside the caller, label functional.
function(etq_functional_tests)
	file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test_*.py)
	foreach(file IN LISTS files)
		cmake_path(GET file STEM stem)
		string(REGEX REPLACE "^test_" "" name ${stem})
		add_test(NAME functional/${name}
			COMMAND ${ETQ_PYTHON} -m pytest -q -p no:cacheprovider --rootdir=${CMAKE_CURRENT_SOURCE_DIR} ${file})
		set_tests_properties(functional/${name} PROPERTIES
			LABELS functional TIMEOUT 300 ENVIRONMENT "${ETQ_TEST_ENV}")
	endforeach()
endfunction()

# etq_fuzz_target(NAME SOURCES a.c … LINK etq_base …): libFuzzer program fuzz_<NAME>; seeds in corpus/<NAME>, words in
# <NAME>.dict. As a ctest (label fuzz) it runs over its seeds once, without ETQ_FUZZ by way of replay.c; script/fuzz
# makes it search.
function(etq_fuzz_target name)
	set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
	if(NOT IS_DIRECTORY ${corpus})
		message(FATAL_ERROR "etq_fuzz_target(${name}): no seeds in ${corpus}")
	endif()
	etq_test_executable(fuzz_${name} ${ARGN})
	target_link_libraries(fuzz_${name} PRIVATE etq_fuzz_warnings)
	if(ETQ_FUZZ)
		target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
		add_test(NAME fuzz/${name} COMMAND fuzz_${name} -runs=0 ${corpus})
	else()
		target_sources(fuzz_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/replay.c)
		add_test(NAME fuzz/${name} COMMAND fuzz_${name} ${corpus})
	endif()
	set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT 300 ENVIRONMENT "${ETQ_TEST_ENV}")
endfunction()

# etq_bench(NAME SOURCES a.c … LINK etq_base …): program bench_<NAME>, ctest label bench.
function(etq_bench name)
	if(NOT ETQ_BENCH)
		return()
	endif()
	etq_test_executable(bench_${name} ${ARGN})
	add_test(NAME bench/${name} COMMAND bench_${name})
	set_tests_properties(bench/${name} PROPERTIES
		LABELS bench TIMEOUT 600 RUN_SERIAL ON ENVIRONMENT "${ETQ_TEST_ENV}")
endfunction()
