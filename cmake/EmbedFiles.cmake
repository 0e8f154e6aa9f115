# cmake -D OUT=builtin.c -D ROOT=rules -D "FILES=a;b" -P EmbedFiles.cmake
#
# Writes a C file that holds the files' bytes as etq_builtin_files[], names relative to ROOT, in the order given.
set(text "/* Made by cmake/EmbedFiles.cmake. */\n#include \"files/builtin.h\"\n\n")
string(APPEND text "#include <stddef.h>\n\nconst struct etq_builtin_file etq_builtin_files[] = {\n")
foreach(file IN LISTS FILES)
	cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${ROOT} OUTPUT_VARIABLE name)
	file(SIZE ${file} size)
	file(READ ${file} hex HEX)
	string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
	# A line of the C file for every 24 bytes: four characters each by now.
	string(REPEAT "." 96 line)
	string(REGEX REPLACE "(${line})" "\\1\"\n\t\"" bytes "${bytes}")
	string(APPEND text "\t{\"${name}\",\n\t\"${bytes}\",\n\t${size}},\n")
endforeach()
string(APPEND text "\t{NULL, NULL, 0},\n};\n")
file(WRITE ${OUT} "${text}")
