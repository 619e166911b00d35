#pragma once

namespace loads::broker {

// Sees to it that connections leave file descriptors for the disk. From the call on, a connection to any listener of this process whose
// descriptor would be `first_spared` or above is closed at once, and so is one for which there is none: to the caller of accept4() it looks
// like a peer that has gone again. Without it ZeroMQ ends the process when a socket file's listener runs out of descriptors, and turns in
// circles at a port. Process-wide, from any thread.
void spare_descriptors(int first_spared);

}  // namespace loads::broker
