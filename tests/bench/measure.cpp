// See measure.h.
#include "measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace gdl::bench {

namespace {

double at_share(const std::vector<double>& ascending, double share) {
  double last = static_cast<double>(ascending.size() - 1);
  return ascending[static_cast<std::size_t>(std::lround(share * last))];
}

double mean_of(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}

/// `of(parts)` for the medians of the parts, and its lowest and highest for a round.
template <class Of>
Figure figure(const std::vector<double>& parts, const std::vector<std::vector<double>>& rounds,
              Of&& of) {
  Figure out{of(parts), of(rounds.front()), of(rounds.front())};
  for (const std::vector<double>& round : rounds) {
    out.rounds.push_back(of(round));
    out.low = std::min(out.low, out.rounds.back());
    out.high = std::max(out.high, out.rounds.back());
  }
  return out;
}

}  // namespace

Times::Times(std::vector<std::vector<double>> rounds) : rounds_(std::move(rounds)) {
  std::vector<double> one(rounds_.size());
  for (std::size_t part = 0; part < rounds_.front().size(); ++part) {
    for (std::size_t r = 0; r < rounds_.size(); ++r) one[r] = rounds_[r][part];
    std::sort(one.begin(), one.end());
    parts_.push_back(at_share(one, 0.5));
  }
  std::sort(parts_.begin(), parts_.end());
  for (std::vector<double>& round : rounds_) std::sort(round.begin(), round.end());
}

Figure Times::mean() const { return figure(parts_, rounds_, mean_of); }
Figure Times::at(double share) const {
  return figure(parts_, rounds_, [&](const std::vector<double>& v) { return at_share(v, share); });
}

std::vector<Times> measure(const std::vector<Work>& works, std::size_t rounds) {
  using Clock = std::chrono::steady_clock;
  std::vector<std::vector<std::vector<double>>> taken(works.size());  // by work, round and part
  for (std::size_t round = 0; round <= rounds; ++round) {
    for (std::size_t w = 0; w < works.size(); ++w) {
      std::vector<double> parts;
      for (std::size_t i = 0; i < works[w].items; ++i) {
        auto begin = Clock::now();
        works[w].run(i);
        parts.push_back(std::chrono::duration<double, std::nano>(Clock::now() - begin).count());
      }
      if (round > 0) taken[w].push_back(std::move(parts));
    }
  }
  std::vector<Times> out;
  for (auto& of_work : taken) out.emplace_back(std::move(of_work));
  return out;
}

}  // namespace gdl::bench
