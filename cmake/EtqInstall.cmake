# What is installed, and the Debian packages: cd build/release && cpack
file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/include/*.h)
install(FILES ${headers} TYPE INCLUDE COMPONENT dev)
install(TARGETS etiquette ARCHIVE COMPONENT dev)

# The .pc file carries the prefix, which CPack decides late: it is made when installing.
install(CODE "
	set(CMAKE_INSTALL_LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
	set(PROJECT_VERSION \"${PROJECT_VERSION}\")
	configure_file(\"${CMAKE_SOURCE_DIR}/cmake/etiquette.pc.in\" \"${CMAKE_BINARY_DIR}/etiquette.pc\" @ONLY)
" COMPONENT dev)
install(FILES ${CMAKE_BINARY_DIR}/etiquette.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)

foreach(pack ru en schema)
	file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/${pack}/*.yaml ${CMAKE_SOURCE_DIR}/rules/${pack}/*.json)
	install(FILES ${files} DESTINATION ${CMAKE_INSTALL_DATADIR}/etiquetted/rules/${pack} COMPONENT runtime)
endforeach()

file(GLOB examples CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/examples/*.yaml)
install(FILES ${examples} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT runtime)

install(FILES ${CMAKE_SOURCE_DIR}/doc/rules.md ${CMAKE_SOURCE_DIR}/doc/rules.ru.md ${CMAKE_SOURCE_DIR}/doc/protocol.md
	DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime)

foreach(section 1 5 7 8)
	file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/doc/*.${section})
	install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT runtime)
endforeach()

install(FILES ${CMAKE_BINARY_DIR}/doc/etiquetted.yaml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 COMPONENT runtime)

file(GLOB completion CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/ctl/etiquettectl.bash-completion)
if(completion)
	install(FILES ${completion} RENAME etiquettectl
		DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT runtime)
endif()

# The service names the program and its configuration by their full paths, for the prefix it is installed under.
# A configuration file that is there already is the site's.
install(CODE "
	set(etc \"\${CMAKE_INSTALL_PREFIX}/etc\")
	if(CMAKE_INSTALL_PREFIX MATCHES \"^/usr/?$\")
		set(etc /etc)
	endif()
	file(READ \"${CMAKE_SOURCE_DIR}/systemd/etiquetted.service\" text)
	string(REPLACE \"/usr/bin/etiquetted\" \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/etiquetted\" text \"\${text}\")
	string(REPLACE \"/etc/etiquetted/\" \"\${etc}/etiquetted/\" text \"\${text}\")
	file(WRITE \"${CMAKE_BINARY_DIR}/etiquetted.service\" \"\${text}\")
	if(NOT EXISTS \"\$ENV{DESTDIR}\${etc}/etiquetted/etiquetted.yaml\")
		file(INSTALL DESTINATION \"\${etc}/etiquetted\" TYPE FILE FILES \"${CMAKE_SOURCE_DIR}/systemd/etiquetted.yaml\")
	endif()
" COMPONENT runtime)
file(GLOB sockets CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/systemd/*.socket)
install(FILES ${CMAKE_BINARY_DIR}/etiquetted.service ${sockets} DESTINATION lib/systemd/system COMPONENT runtime)
foreach(kind sysusers tmpfiles)
	file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/systemd/*.${kind})
	foreach(file IN LISTS files)
		cmake_path(GET file STEM stem)
		install(FILES ${file} RENAME ${stem}.conf DESTINATION lib/${kind}.d COMPONENT runtime)
	endforeach()
endforeach()

install(FILES ${CMAKE_SOURCE_DIR}/LICENSE RENAME copyright
	DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/etiquetted COMPONENT runtime)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE RENAME copyright
	DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libetiquette-dev COMPONENT dev)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "The etiquetted authors <etiquetted@localhost>")
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME etiquetted)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION net)
file(WRITE ${CMAKE_BINARY_DIR}/conffiles "/etc/etiquetted/etiquetted.yaml\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${CMAKE_BINARY_DIR}/conffiles)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION
	"Listens to what is said in calls and tells, within milliseconds, which rule was broken, by whom, with the words \
that show it and what to say instead.")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libetiquette-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
	"libutf8proc-dev, libpcre2-dev, libstemmer-dev, libfyaml-dev, libjson-c-dev")
set(CPACK_COMPONENT_DEV_DESCRIPTION
	"The engine as a static library with its header, to judge calls from another program.")
include(CPack)
