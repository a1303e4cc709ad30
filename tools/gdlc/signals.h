// Signals that end a program, as marks: what is being written is to be left whole or not there.
#pragma once

namespace gdlc {

/// From here on SIGINT, SIGTERM and SIGHUP only set a mark, and a broken pipe is an error like others.
void watch_signals();
/// The signal that came; 0: none.
int interrupted();
/// Ends the process by the signal that came, as if it had not been watched.
void die_of_signal();

}  // namespace gdlc
