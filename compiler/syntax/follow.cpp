// What may stand where: see follow.h.
#include "follow.h"

#include <algorithm>
#include <unordered_set>

namespace gdl::syntax {

namespace {

std::uint64_t key(std::uint32_t a, std::uint32_t b) {
  return (static_cast<std::uint64_t>(a) << 32) | b;
}

}  // namespace

std::uint32_t Follower::push(std::uint32_t state, std::uint32_t below) const {
  auto [it, fresh] =
      frame_of_.emplace(key(state, below), static_cast<std::uint32_t>(frames_.size()));
  if (fresh) frames_.push_back({state, below});
  return it->second;
}

std::vector<Follower::Leaf> Follower::leaves(const Readings& from, bool keyword, bool& done) const {
  std::vector<Leaf> out;
  std::unordered_set<std::uint64_t> seen;
  struct Open {
    Reading reading;
    std::vector<std::uint32_t> opens;
  };
  std::vector<Open> open;
  for (auto it = from.rbegin(); it != from.rend(); ++it) open.push_back({*it, {}});
  done = false;
  while (!open.empty()) {
    Open o = std::move(open.back());
    open.pop_back();
    if (!seen.insert(key(o.reading.state, o.reading.stack)).second) continue;
    const Automaton::State& state = a_.states[o.reading.state];
    if (state.stop) {
      if (o.reading.stack == 0) {
        done = true;
        continue;
      }
      const Frame frame = frames_[o.reading.stack];
      if (!o.opens.empty()) o.opens.pop_back();
      open.push_back({{frame.state, frame.below}, std::move(o.opens)});
      continue;
    }
    for (auto step = state.steps.rbegin(); step != state.steps.rend(); ++step) {
      switch (step->kind) {
        case Automaton::Step::Kind::free:
          open.push_back({{step->target, o.reading.stack}, o.opens});
          break;
        case Automaton::Step::Kind::call: {
          std::uint32_t rule = a_.states[step->target].rule;
          if (keyword && rule == a_.word_rule) break;
          std::vector<std::uint32_t> opens = o.opens;
          opens.push_back(rule);
          open.push_back({{step->target, push(step->follow, o.reading.stack)}, std::move(opens)});
          break;
        }
        case Automaton::Step::Kind::token: out.push_back({o.reading, &*step, o.opens}); break;
      }
    }
  }
  return out;
}

Follower::Mark Follower::mark_of(Readings readings) {
  std::sort(readings.begin(), readings.end());
  auto [it, fresh] = mark_of_.emplace(std::move(readings), static_cast<Mark>(readings_.size()));
  if (fresh) readings_.push_back(&it->first);
  return it->second;
}

Follower::Readings Follower::take(const Readings& from, TokenType token, bool keyword) const {
  bool done = false;
  Readings next;
  for (const Leaf& leaf : leaves(from, keyword, done)) {
    if (token >= leaf.step->accepts.size() || !leaf.step->accepts[token]) continue;
    Reading r{leaf.step->target, leaf.reading.stack};
    if (std::find(next.begin(), next.end(), r) == next.end()) next.push_back(r);
  }
  return next;
}

bool Follower::step(TokenType token, bool keyword) {
  std::uint64_t arc = key(at_, static_cast<std::uint32_t>(token * 2 + (keyword ? 1 : 0)));
  if (auto known = next_.find(arc); known != next_.end()) {
    at_ = known->second;
    return true;
  }
  Readings next = take(*readings_[at_], token, keyword);
  if (next.empty()) return false;
  at_ = next_[arc] = mark_of(std::move(next));
  return true;
}

Follower::Readings Follower::outermost() const {
  Readings out;
  for (Reading r : *readings_[at_]) {
    if (r.stack == 0) continue;
    while (frames_[r.stack].below != 0) r = {frames_[r.stack].state, frames_[r.stack].below};
    if (std::find(out.begin(), out.end(), r) == out.end()) out.push_back(r);
  }
  return out;
}

bool Follower::resume(TokenType keyword) {
  Readings anywhere;
  for (const Reading& r : outermost()) {
    for (std::uint32_t s = 0; s < a_.states.size(); ++s) {
      if (a_.states[s].rule == a_.states[r.state].rule) anywhere.push_back({s, r.stack});
    }
  }
  Readings next = take(anywhere, keyword, true);
  if (next.empty()) return false;
  at_ = mark_of(std::move(next));
  return true;
}

bool Follower::complete() const {
  bool done = false;
  leaves(*readings_[at_], false, done);
  return done;
}

std::vector<Expected> Follower::expected() const {
  std::vector<Expected> out;
  bool done = false;
  for (const Leaf& leaf : leaves(*readings_[at_], false, done)) {
    Expected e;
    for (std::uint32_t rule : leaf.opens) e.opens.push_back(a_.rules[rule]);
    e.within = a_.rules[a_.states[leaf.reading.state].rule];
    for (TokenType t = 0; t < leaf.step->accepts.size(); ++t) {
      if (!leaf.step->accepts[t]) continue;
      e.token = a_.tokens[t];
      out.push_back(e);
    }
  }
  return out;
}

std::string Follower::declaration() const {
  Readings out = outermost();
  return out.empty() ? std::string() : a_.rules[a_.states[out.front().state].rule];
}

}  // namespace gdl::syntax
