# What `cmake --install` puts where. Included at the end of the top CMakeLists.txt, when every target is known.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/loads")
# The executables find headers and examples from the folder above their own, so these have no choice of place.
install(TARGETS loads-runner loads-broker loads-agent loads-target RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS loads LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY "${PROJECT_SOURCE_DIR}/python/loads" DESTINATION lib/loads/python FILES_MATCHING PATTERN "*.py")
install(TARGETS loads_python LIBRARY DESTINATION lib/loads/python/loads)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/engine/include/loads" DESTINATION include FILES_MATCHING PATTERN "*.h")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples/loads/examples" DESTINATION share/loads/loads)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${PROJECT_SOURCE_DIR}/examples/example.cpp"
              "${PROJECT_SOURCE_DIR}/examples/websocket.cpp" "${PROJECT_SOURCE_DIR}/examples/echo_server.py"
              "${PROJECT_SOURCE_DIR}/examples/example.py" "${PROJECT_SOURCE_DIR}/examples/example_ws.py"
              "${PROJECT_SOURCE_DIR}/examples/example_app.py"
  DESTINATION share/doc/loads)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/" DESTINATION share/doc/loads PATTERN decisions EXCLUDE)
install(FILES "${PROJECT_SOURCE_DIR}/conf/loads.ini" DESTINATION share/loads/conf)
foreach(folder sysctl limits nftables)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/deploy/${folder}" DESTINATION share/loads/deploy)
endforeach()

# Units name the executables by their whole path, which is known when they are installed; those of the build tree are for the tests.
install(CODE "set(LOADS_UNITS \"${PROJECT_SOURCE_DIR}/deploy/systemd\")")
install(SCRIPT "${CMAKE_CURRENT_LIST_DIR}/InstallUnits.cmake")
foreach(unit loads-broker.service loads-agent@.service)
  set(prefix "${PROJECT_BINARY_DIR}")
  configure_file("${PROJECT_SOURCE_DIR}/deploy/systemd/${unit}.in" "${PROJECT_BINARY_DIR}/lib/systemd/system/${unit}" @ONLY)
endforeach()

# The guide has it under both names.
file(MAKE_DIRECTORY "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
file(CREATE_LINK loads-runner "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/load-runner" SYMBOLIC)
install(FILES "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/load-runner" DESTINATION ${CMAKE_INSTALL_BINDIR})

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/package/loads-config.cmake.in"
  "${PROJECT_BINARY_DIR}/package/loads-config.cmake"
  INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/loads-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${PROJECT_BINARY_DIR}/package/loads-config.cmake" "${PROJECT_BINARY_DIR}/package/loads-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/package/loads_add_test.cmake" "${PROJECT_SOURCE_DIR}/cmake/package/test_main.cpp"
  DESTINATION ${package_dir})
