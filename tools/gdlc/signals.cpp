// See signals.h.
#include "signals.h"

#include <unistd.h>

#include <csignal>
#include <initializer_list>

namespace gdlc {

namespace {

// A signal handler can tell the program only by a global.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t came = 0;

constexpr unsigned kAgain = 1;  // seconds

/// A signal that comes after the mark was looked at and before a read or write waits would not wake it: from the first one on
/// an alarm breaks all waiting, again and again.
void on_signal(int number) {
  if (number != SIGALRM) came = number;
  (void)::alarm(kAgain);
}

}  // namespace

void watch_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;  // no SA_RESTART: a read or write that waits is to come back
  sigemptyset(&action.sa_mask);
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before{};
    // One that is ignored, as by nohup, stays so.
    if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    ::sigaction(number, &action, nullptr);
  }
  ::sigaction(SIGALRM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file too large is an error of the write
}

int interrupted() { return came; }

void die_of_signal() {
  int number = came;
  if (number == 0) return;
  std::signal(number, SIG_DFL);
  ::raise(number);
}

}  // namespace gdlc
