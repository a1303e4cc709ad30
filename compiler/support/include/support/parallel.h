// Independent pieces of work on several threads. Whatever order they end in, results lie in the order of the pieces,
// so that what comes out does not depend on the number of threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace gdl {

/// Calls `run(i, own)` for each i below `pieces`; `own` is what `make()` gives to each thread. `threads`: at most so
/// many at once, 0: as many as the machine can. `run` must not throw, and writes nothing that another piece reads.
template <class Make, class Run>
void in_parallel(std::size_t pieces, unsigned threads, const Make& make, const Run& run) {
  std::atomic<std::size_t> next = 0;
  auto worker = [&] {
    auto own = make();
    for (std::size_t i = next++; i < pieces; i = next++) run(i, *own);
  };
  const unsigned can = threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min<std::size_t>(can, pieces); ++i) others.emplace_back(worker);
  worker();
  for (std::thread& t : others) t.join();
}

/// The same where threads have nothing of their own.
template <class Run>
void in_parallel(std::size_t pieces, unsigned threads, const Run& run) {
  struct Nothing {};
  in_parallel(
      pieces, threads, [] { return std::make_unique<Nothing>(); },
      [&](std::size_t i, Nothing&) { run(i); });
}

}  // namespace gdl
