include(GoogleTest)

# loads_add_test(NAME SOURCE...)
#
# Makes of the sources
#   NAME.so     the module for loads-runner: `loads-runner NAME.Class.test` in the folder where it is built, or with --test-dir;
#   NAME_test   an ordinary test program, whose tests ctest runs once each, under the names that loads-runner knows them by.
function(loads_add_test name)
  if(NOT ARGN)
    message(FATAL_ERROR "loads_add_test(${name}): name the sources too, as in loads_add_test(${name} ${name}.cpp)")
  endif()
  add_library(${name}_objects OBJECT ${ARGN})
  target_link_libraries(${name}_objects PUBLIC loads::headers)
  set_target_properties(${name}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)

  # It links nothing of loads: the runner that loads it has it all.
  add_library(${name} MODULE $<TARGET_OBJECTS:${name}_objects>)
  target_link_libraries(${name} PRIVATE loads::headers)
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" LINKER_LANGUAGE CXX)

  add_executable(${name}_test $<TARGET_OBJECTS:${name}_objects> "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/test_main.cpp")
  target_link_libraries(${name}_test PRIVATE loads::loads)
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60)
endfunction()
