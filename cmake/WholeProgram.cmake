# What is installed and measured is optimised as a whole, when it is linked: a request goes through small functions of many files. Not under
# sanitizers, whose reports would name other lines.
set(LOADS_OPTIMISES_WHOLE OFF)
if(CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo)$" AND NOT LOADS_SANITIZE)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT LOADS_OPTIMISES_WHOLE OUTPUT ignored LANGUAGES CXX)
endif()

function(loads_optimise_whole)
  if(LOADS_OPTIMISES_WHOLE)
    set_target_properties(${ARGN} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
  endif()
endfunction()
