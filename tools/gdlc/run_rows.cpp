// Blocks of rows: see run_rows.h.
#include "run_rows.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "suggest.h"
#include "support/limits.h"

namespace gdlc {

namespace {

constexpr auto kRowBytes = static_cast<std::size_t>(gdl::limits::row_bytes);
constexpr std::size_t kWindow = std::size_t{1} << 20;
constexpr std::size_t kShown = 1000;  // bytes of a row that is too long
/// Rows of a block: as many as keep it in the caches, fewer if there are very many facts.
constexpr std::size_t kBlock = 2048, kLeast = 64, kCells = std::size_t{1} << 22;

}  // namespace

Rows::Rows(Input& input, std::vector<Column> facts, RowOptions options)
    : facts_(std::move(facts)), options_(std::move(options)), input_(input), want_(kWindow) {
  most_ = std::clamp(kCells / (facts_.size() + 1) / 64 * 64, kLeast, kBlock);
  for (Column& c : facts_) {
    names_.add(c.fact);
    c.make(most_);
  }
  given_.assign(facts_.size(), true);
  rows_.reserve(most_);
}

void Rows::reset() {
  rows_.clear();
  reasons_.clear();
  rejected_.clear();
  for (std::size_t f = 0; f < facts_.size(); ++f) {
    if (!given_[f] || !facts_[f].open) continue;
    std::fill(facts_[f].valid.begin(), facts_[f].valid.end(), ~std::uint64_t{0});
    facts_[f].open = false;
  }
}

void Rows::reject(Row& row, std::string reason) {
  row.state = Row::State::rejected;
  rejected_.push_back(row.number);
  reasons_.push_back(std::move(reason));
}

std::string Rows::reason(const Row& row) const {
  auto at = std::lower_bound(rejected_.begin(), rejected_.end(), row.number);
  return reasons_[static_cast<std::size_t>(at - rejected_.begin())];
}

void Rows::set_aside(std::size_t i) {
  for (std::size_t f = 0; f < facts_.size(); ++f) {
    if (given_[f]) facts_[f].valid[i / 64] |= std::uint64_t{1} << i % 64;
  }
}

bool Rows::next() {
  if (skipping_ && !skip()) return false;
  while (true) {
    reset();
    bool more = false;
    while (rows_.size() < most_ && at_ < input_.end()) {
      Row row;
      row.number = number_ + 1;
      row.line = line_;
      Read read = this->read(at_, input_.end(), input_.all(), row, rows_.size());
      more = read == Read::more;
      if (more) break;
      empty_ += read == Read::empty ? 1 : 0;
      if (read == Read::empty) continue;
      ++number_;
      rows_.push_back(row);
    }
    if (!rows_.empty()) return true;
    if (at_ == input_.end() && input_.all()) return false;
    auto left = static_cast<std::size_t>(input_.end() - at_);
    if (more && left >= kRowBytes) {
      Row row;
      row.number = ++number_;
      row.line = line_;
      row.text = std::string_view(at_, kShown);
      reject(row, fmt::format("is longer than {} bytes", kRowBytes));
      rows_.push_back(row);
      skipping_ = true;
      return true;
    }
    if (more && left >= want_ / 2) want_ = std::min(want_ * 2, kRowBytes);
    if (!input_.fill(at_, want_)) return false;
    at_ = input_.begin();
    moved();
  }
}

/// Past a row that is too long: to its line end, which is none inside quotes.
bool Rows::skip() {
  bool quoted = false;
  while (true) {
    for (; at_ < input_.end(); ++at_) {
      if (*at_ == '"' && quotes()) quoted = !quoted;
      if (*at_ != '\n') continue;
      ++line_;
      if (quoted) continue;
      ++at_;
      skipping_ = false;
      return true;
    }
    want_ = kWindow;
    if (input_.all() || !input_.fill(at_, want_)) return false;
    at_ = input_.begin();
    moved();
  }
}

std::string did_you_mean(std::string_view name, const Names& names) {
  const std::string* best = nullptr;
  std::size_t near = gdlrt::kNear + 1;
  for (const std::string& n : names.all()) {
    std::size_t d = gdlrt::distance(name.data(), name.size(), n.c_str());
    if (d < near && d < name.size()) {
      near = d;
      best = &n;
    }
  }
  return best == nullptr ? "" : ": did you mean `" + *best + "`?";
}

std::string csv_field(std::string_view text, char delimiter) {
  bool plain = true;
  for (char c : text) plain = plain && c != '"' && c != delimiter && c != '\n' && c != '\r';
  if (plain) return std::string(text);
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string json_text(std::string_view text) {
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace gdlc
