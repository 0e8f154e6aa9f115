# Warnings are an interface target, so that each target says it wants them. What changes the ABI or the code of
# everything (sanitizers, hardening, coverage) is global and comes from a preset.
include(CheckCCompilerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

add_library(etq_warnings INTERFACE)
target_compile_options(etq_warnings INTERFACE
	-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
	-Wpointer-arith -Wwrite-strings -Wcast-qual -Wvla -Wundef -Wformat=2 -Wimplicit-fallthrough
	-Wconversion -Wno-sign-conversion
	# Callbacks have parameters they don't need; rows of a table end early.
	-Wno-unused-parameter -Wno-missing-field-initializers)

add_compile_definitions(_GNU_SOURCE ETQ_VERSION="${PROJECT_VERSION}")

if(ETQ_HARDEN)
	add_compile_options(-fstack-protector-strong -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
	add_compile_options($<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
	foreach(flag -fstack-clash-protection -fcf-protection)
		string(MAKE_C_IDENTIFIER "ETQ_HAVE${flag}" var)
		check_c_compiler_flag(${flag} ${var})
		if(${var})
			add_compile_options(${flag})
		endif()
	endforeach()
	add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
endif()

if(ETQ_SANITIZE)
	add_compile_options(-fsanitize=${ETQ_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	add_link_options(-fsanitize=${ETQ_SANITIZE})
	if(CMAKE_C_COMPILER_ID STREQUAL GNU)
		# gcc loses track among the checks that it put in itself.
		target_compile_options(etq_warnings INTERFACE -Wno-maybe-uninitialized)
	endif()
endif()

if(ETQ_FUZZ)
	if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
		message(FATAL_ERROR "ETQ_FUZZ needs clang: use the fuzz preset")
	endif()
	add_compile_options(-fsanitize=fuzzer-no-link)
	add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(ETQ_COVERAGE)
	add_compile_options(--coverage)
	add_link_options(--coverage)
endif()
