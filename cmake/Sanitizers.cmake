# LOADS_SANITIZE is a list for -fsanitize=, such as "address,undefined" or "thread". Test modules that loads-runner compiles on the fly get
# the same flags (LOADS_MODULE_FLAGS), so that a sanitized runner never hosts a module of another kind.
set(LOADS_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
set(LOADS_MODULE_FLAGS "")
if(LOADS_SANITIZE)
  set(LOADS_MODULE_FLAGS "-fsanitize=${LOADS_SANITIZE}")
  # Not vptr: it looks at memory through a pipe, which it cannot open in a test that has used up the descriptors.
  add_compile_options(-fsanitize=${LOADS_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LOADS_SANITIZE})
endif()
