# Run by `cmake --install`: the systemd units, with the prefix that they are installed to. LOADS_UNITS is the folder of their templates.
set(prefix "${CMAKE_INSTALL_PREFIX}")
foreach(unit loads-broker.service loads-agent@.service)
  set(file "${CMAKE_INSTALL_PREFIX}/lib/systemd/system/${unit}")
  message(STATUS "Installing: $ENV{DESTDIR}${file}")
  configure_file("${LOADS_UNITS}/${unit}.in" "$ENV{DESTDIR}${file}" @ONLY)
endforeach()
