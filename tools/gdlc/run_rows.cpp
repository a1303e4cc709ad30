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
/// Rows of a block: as many as keep it in the caches, fewer if there are very many facts.
constexpr std::size_t kBlock = 2048, kLeast = 64, kCells = std::size_t{1} << 22;

/// The end of `from`..`to` without what may belong to what comes behind it: a character of UTF-8 that is not all there, and
/// a carriage return.
const char* whole_characters(const char* from, const char* to) {
  constexpr std::ptrdiff_t kLongest = 4;
  if (to > from && to[-1] == '\r') return to - 1;
  for (const char* at = to; at > from && to - at < kLongest;) {
    const auto c = static_cast<unsigned char>(*--at);
    if (c < 0x80) return to;
    if (c < 0xc0) continue;  // of the middle of one
    const std::ptrdiff_t size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    return to - at < size ? at : to;
  }
  return to;
}

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
  if (passing_ && !pass()) return false;
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
      row.too_long = true;
      reject(row, fmt::format("is longer than {} bytes{}", kRowBytes,
                              quotes() ? " (is a quote not closed?)" : ""));
      rows_.push_back(row);
      passing_ = true;
      return true;
    }
    if (more && left >= want_ / 2) want_ = std::min(want_ * 2, kRowBytes);
    if (!input_.fill(at_, want_)) return false;
    at_ = input_.begin();
    moved();
  }
}

/// Past a row that is too long: to its line end, which is none inside quotes.
bool Rows::pass() {
  bool quoted = false;
  while (true) {
    const char* const from = at_;
    const char* end = nullptr;  // of the row
    for (; at_ < input_.end() && end == nullptr; ++at_) {
      if (*at_ == '"' && quotes()) quoted = !quoted;
      if (*at_ != '\n') continue;
      ++line_;
      if (!quoted) end = at_;
    }
    if (end == nullptr && input_.all()) end = at_;
    if (end != nullptr) {
      if (end > from && end[-1] == '\r') --end;
      rest_({from, static_cast<std::size_t>(end - from)}, true);
      passing_ = false;
      return true;
    }
    // What is held back is looked at again: no quote or line end is among it.
    const char* whole = whole_characters(from, at_);
    rest_({from, static_cast<std::size_t>(whole - from)}, false);
    want_ = kWindow;
    if (!input_.fill(whole, want_)) return false;
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

std::string csv_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out;
}

std::string csv_field(std::string_view text, char delimiter) {
  bool plain = true;
  for (char c : text) plain = plain && c != '"' && c != delimiter && c != '\n' && c != '\r';
  return plain ? std::string(text) : '"' + csv_escaped(text) + '"';
}

std::string json_text(std::string_view text) {
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace gdlc
