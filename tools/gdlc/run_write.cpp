// See run_write.h.
#include "run_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "diag/render.h"

namespace gdlc {

namespace {

using gdl::diag::json_quote;

constexpr std::string_view kMarks[] = {"no", "unknown", "yes"};
constexpr std::string_view kStatuses[] = {"certain", "possible", "undecided"};
std::string_view text_of(Mark m) { return kMarks[static_cast<std::size_t>(m)]; }

}  // namespace

std::string offer_words(const Offer& offer) {
  std::string out = offer.verb;
  for (std::size_t k = 0; k < offer.way.size(); ++k) {
    out += (k == 0 ? " " : " + ") + offer.way[k];
  }
  return out;
}

std::string offer_members(const Offer& offer) {
  std::string way;
  for (const std::string& leaf : offer.way) way += (way.empty() ? "" : ",") + json_quote(leaf);
  return fmt::format("\"verb\":{},\"way\":[{}]", json_quote(offer.verb), way);
}

AnswerWriter::AnswerWriter(const Answers& answers, WholeFile& file, bool csv, bool id)
    : answers_(answers), file_(file), csv_(csv), id_(id) {
  for (const Offer& o : answers.offers()) {
    offer_texts_.push_back(keep(offer_words(o)));
    longest_ = std::max(longest_, offer_texts_.back().size);
    texts_.push_back("{" + offer_members(o) + ",\"status\":\"");
  }
  for (std::size_t m = 0; m < kMarks4; ++m) {
    auto text = [&](std::size_t which) { return text_of(mark_of(static_cast<Marks4>(m), which)); };
    before_.push_back(keep(fmt::format(",{},", text(0))));
    behind_.push_back(keep(fmt::format(",{},{},{}", text(1), text(2), text(3))));
  }
  for (const std::string& d : answers.decisions()) {
    openings_.push_back("{\"id\":" + json_quote(d) + ",\"applies\":\"");
  }
  counts_.resize(answers.decisions().size() * kMarks4);
  offer_counts_.resize(answers.offers().size());
}

AnswerWriter::Text AnswerWriter::keep(std::string_view text) {
  Text out{pieces_.size(), text.size()};
  pieces_ += text;
  pieces_.append(Text::kPiece - text.size() % Text::kPiece, ' ');
  return out;
}

/// Where the next one goes; what is there may be overwritten for a piece.
inline char* AnswerWriter::put(char* to, const Text& text) const {
  std::size_t done = 0;
  do {
    std::memcpy(to + done, pieces_.data() + text.at + done, Text::kPiece);
    done += Text::kPiece;
  } while (done < text.size);
  return to + text.size;
}

void AnswerWriter::begin() {
  if (!csv_) return;
  line_ = id_ ? "row,id" : "row";
  for (const std::string& d : answers_.decisions()) {
    for (const char* what :
         {"applies", "certain", "possible", "undecided", "gap", "stranded", "conflict"}) {
      line_ += "," + d + "." + what;
    }
  }
  line_ += '\n';
  file_.write(line_);
}

void AnswerWriter::csv(std::uint64_t row, const std::string& id, const RowAnswer& answer) {
  constexpr std::size_t kFixed =
      4 * Text::kPiece;  // a number; what a decision has beside its offers
  char* const begin =
      file_.room(kFixed * (2 + answer.decisions) + id.size() + answer.offer_count * (longest_ + 2));
  const fmt::format_int number(row);
  char* to = begin;
  std::memcpy(to, number.data(), number.size());
  to += number.size();
  if (id_) {
    *to++ = ',';
    std::memcpy(to, id.data(), id.size());
    to += id.size();
  }
  for (std::size_t d = 0; d < answer.decisions; ++d) {
    const Marks4 marks = answer.marks_of(d);
    to = put(to, before_[marks]);
    const RowAnswer::Made* const end = answer.end(d);
    bool others = false;
    auto list = [&](Status status) {
      bool first = true;
      for (const RowAnswer::Made* m = answer.begin(d); m != end; ++m) {
        if (m->status != status) {
          others = true;
          continue;
        }
        std::memcpy(to, "; ", 2);
        to += first ? 0 : 2;
        first = false;
        to = put(to, offer_texts_[m->offer]);
      }
    };
    list(Status::certain);
    *to++ = ',';
    if (others) list(Status::possible);
    *to++ = ',';
    if (others) list(Status::undecided);
    to = put(to, behind_[marks]);
  }
  *to++ = '\n';
  file_.used(static_cast<std::size_t>(to - begin));
}

void AnswerWriter::json(const RowAnswer& answer) {
  line_ += ",\"decisions\":[";
  for (std::size_t d = 0; d < answer.decisions; ++d) {
    const Marks4 marks = answer.marks_of(d);
    if (d > 0) line_ += ',';
    line_ += openings_[d];
    line_ += text_of(mark_of(marks, 0));
    line_ += "\",\"gap\":\"";
    line_ += text_of(mark_of(marks, 1));
    line_ += "\",\"stranded\":\"";
    line_ += text_of(mark_of(marks, 2));
    line_ += "\",\"conflict\":\"";
    line_ += text_of(mark_of(marks, 3));
    line_ += "\",\"offers\":[";
    for (const RowAnswer::Made* m = answer.begin(d); m != answer.end(d); ++m) {
      if (m != answer.begin(d)) line_ += ',';
      line_ += texts_[m->offer];
      line_ += kStatuses[static_cast<std::size_t>(m->status)];
      line_ += "\"}";
    }
    line_ += "]}";
  }
  line_ += "]}";
}

void AnswerWriter::count(const RowAnswer& answer) {
  for (std::size_t d = 0; d < answer.decisions; ++d) {
    ++counts_[d * kMarks4 + answer.marks_of(d)];
  }
  for (const RowAnswer::Made *m = answer.offers, *end = m + answer.offer_count; m != end; ++m) {
    Count& c = offer_counts_[m->offer];
    (m->status == Status::certain ? c.yes : c.unknown) += 1;
  }
}

std::vector<DecisionCounts> AnswerWriter::decisions() const {
  std::vector<DecisionCounts> out(answers_.decisions().size());
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    DecisionCounts& d = out[i / kMarks4];
    std::size_t which = 0;
    for (Count* c : {&d.applies, &d.gap, &d.stranded, &d.conflict}) {
      const Mark m = mark_of(static_cast<Marks4>(i % kMarks4), which++);
      c->yes += m == Mark::yes ? counts_[i] : 0;
      c->unknown += m == Mark::unknown ? counts_[i] : 0;
    }
  }
  return out;
}

void AnswerWriter::write(std::uint64_t row, const std::string& id, const RowAnswer& answer) {
  if (csv_) {
    csv(row, id, answer);
  } else {
    line_.clear();
    line_ += fmt::format("{{\"row\":{}", row);
    if (id_) line_ += ",\"id\":" + id;
    json(answer);
    line_ += '\n';
    file_.write(line_);
  }
  count(answer);
}

}  // namespace gdlc
