// See changed.h.
#include "changed.h"

#include <sstream>
#include <utility>

namespace gdl::judges {

namespace {

bool begins(const std::string& line, const std::string& word) { return line.rfind(word, 0) == 0; }

void shuffle_all(std::vector<std::string>& all, test::Random& random) {
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.below(i)]);
}

/// Where a rule's condition, or what stands in its place, begins: behind name and title.
std::size_t body(const std::string& line) {
  std::size_t at = line.find(' ', line.find("rule ") + 5) + 1;
  return line[at] == '"' ? line.find('"', at + 1) + 2 : at;
}

}  // namespace

Lines::Lines(const std::string& text) {
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines_.push_back(line);
}

std::string Lines::text() const {
  std::string out;
  for (const std::string& line : lines_) out += line + "\n";
  return out;
}

std::vector<std::size_t> Lines::beginning(const std::string& word) const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (begins(lines_[i], word + " ")) out.push_back(i);
  }
  return out;
}

std::vector<std::vector<std::size_t>> Lines::rules(bool without_first) const {
  std::vector<std::vector<std::size_t>> out;
  for (std::size_t i : beginning("decision")) {
    if (without_first && lines_[i].find(" choose first") != std::string::npos) continue;
    out.emplace_back();
    while (++i < lines_.size() && (begins(lines_[i], "rule ") || begins(lines_[i], "when "))) {
      out.back().push_back(i);
    }
  }
  return out;
}

std::string Lines::rule_name(std::size_t line) const {
  auto word = [&](std::size_t at) {
    return lines_[line].substr(at, lines_[line].find(' ', at) - at);
  };
  if (begins(lines_[line], "safety rule ")) return word(12);
  if (!begins(lines_[line], "rule ")) return {};
  for (std::size_t i = line; i-- > 0;) {
    if (!begins(lines_[i], "decision ")) continue;
    return lines_[i].substr(9, lines_[i].find(' ', 9) - 9) + "." + word(5);
  }
  return {};
}

bool Lines::named_elsewhere(const std::string& rule) const {
  for (const std::string& line : lines_) {
    for (std::size_t at = line.find(rule); at != std::string::npos; at = line.find(rule, at + 1)) {
      std::size_t end = at + rule.size();
      if (end == line.size() || line[end] == ' ' || line[end] == ',') return true;
    }
  }
  return false;
}

void Lines::shuffle(const std::vector<std::size_t>& places, test::Random& random) {
  std::vector<std::string> moved;
  for (std::size_t i : places) moved.push_back(std::move(lines_[i]));
  shuffle_all(moved, random);
  for (std::size_t k = 0; k < places.size(); ++k) lines_[places[k]] = std::move(moved[k]);
}

void Lines::shuffle_values(std::size_t line, test::Random& random) {
  std::string& fact = lines_[line];
  std::size_t begin = fact.find("\" : ") + 4;
  if (fact.compare(begin, 7, "set of ") == 0) begin += 7;
  std::size_t end = std::min(fact.find(" default "), fact.size());
  std::string list = fact.substr(begin, end - begin);
  if (list.find(" | ") == std::string::npos || list == "yes | no") return;
  std::vector<std::string> values;
  for (std::size_t at = 0;;) {
    std::size_t bar = list.find(" | ", at);
    values.push_back(list.substr(at, bar - at));
    if (bar == std::string::npos) break;
    at = bar + 3;
  }
  shuffle_all(values, random);
  list.clear();
  for (const std::string& v : values) list += (list.empty() ? "" : " | ") + v;
  fact.replace(begin, end - begin, list);
}

void Lines::split(std::size_t line, const std::string& fact) {
  std::string one = lines_[line];
  std::size_t at = body(one);
  // What the generator writes as a condition is a conjunction, so that a part may be put before it.
  bool has_when = one.compare(at, 5, "when ") == 0;
  auto with = [&](const std::string& text, std::size_t place, const std::string& part) {
    return has_when ? text.substr(0, place + 5) + part + " and " + text.substr(place + 5)
                    : text.substr(0, place) + "when " + part + " " + text.substr(place);
  };
  std::size_t name_end = one.find(' ', 5);
  std::string other = one.substr(0, name_end) + "_other" + one.substr(name_end);
  lines_[line] = with(one, at, fact);
  add_below(line, with(other, at + 6, "not " + fact));
}

void Lines::remove(std::size_t line) {
  lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(line));
}

void Lines::add_below(std::size_t line, const std::string& declaration) {
  lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(line) + 1, declaration);
}

}  // namespace gdl::judges
