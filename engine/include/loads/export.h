#pragma once

// What a test module may use of libloads; everything else is hidden in it.
#define LOADS_API __attribute__((visibility("default")))
