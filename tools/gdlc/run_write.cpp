// See run_write.h.
#include "run_write.h"

#include <fmt/format.h>

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
    texts_.push_back(csv ? offer_words(o) : "{" + offer_members(o) + ",\"status\":\"");
  }
  for (const std::string& d : answers.decisions()) {
    openings_.push_back("{\"id\":" + json_quote(d) + ",\"applies\":\"");
  }
  counts_.resize(answers.decisions().size());
  offer_counts_.resize(answers.offers().size());
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

void AnswerWriter::csv(const RowAnswer& answer) {
  for (const DecisionAnswer& d : answer.decisions) {
    line_ += ',';
    line_ += text_of(d.applies);
    for (Status status : {Status::certain, Status::possible, Status::undecided}) {
      line_ += ',';
      bool first = true;
      for (std::uint32_t k = d.first; k < d.first + d.count; ++k) {
        const RowAnswer::Made& made = answer.offers[k];
        if (made.status != status) continue;
        if (!first) line_ += "; ";
        first = false;
        line_ += texts_[made.offer];
      }
    }
    for (Mark m : {d.gap, d.stranded, d.conflict}) {
      line_ += ',';
      line_ += text_of(m);
    }
  }
}

void AnswerWriter::json(const RowAnswer& answer) {
  line_ += ",\"decisions\":[";
  for (std::size_t i = 0; i < answer.decisions.size(); ++i) {
    const DecisionAnswer& d = answer.decisions[i];
    if (i > 0) line_ += ',';
    line_ += openings_[i];
    line_ += text_of(d.applies);
    line_ += "\",\"gap\":\"";
    line_ += text_of(d.gap);
    line_ += "\",\"stranded\":\"";
    line_ += text_of(d.stranded);
    line_ += "\",\"conflict\":\"";
    line_ += text_of(d.conflict);
    line_ += "\",\"offers\":[";
    for (std::uint32_t k = d.first; k < d.first + d.count; ++k) {
      const RowAnswer::Made& made = answer.offers[k];
      if (k > d.first) line_ += ',';
      line_ += texts_[made.offer];
      line_ += kStatuses[static_cast<std::size_t>(made.status)];
      line_ += "\"}";
    }
    line_ += "]}";
  }
  line_ += "]}";
}

void AnswerWriter::count(const RowAnswer& answer) {
  auto add = [](Count& c, Mark m) {
    c.yes += m == Mark::yes ? 1 : 0;
    c.unknown += m == Mark::unknown ? 1 : 0;
  };
  for (std::size_t i = 0; i < answer.decisions.size(); ++i) {
    const DecisionAnswer& d = answer.decisions[i];
    add(counts_[i].applies, d.applies);
    add(counts_[i].gap, d.gap);
    add(counts_[i].stranded, d.stranded);
    add(counts_[i].conflict, d.conflict);
  }
  for (const RowAnswer::Made& made : answer.offers) {
    Count& c = offer_counts_[made.offer];
    (made.status == Status::certain ? c.yes : c.unknown) += 1;
  }
}

void AnswerWriter::write(std::uint64_t row, const std::string& id, const RowAnswer& answer) {
  line_.clear();
  fmt::format_int number(row);
  if (!csv_) line_ += "{\"row\":";
  line_.append(number.data(), number.size());
  if (id_) {
    line_ += csv_ ? "," : ",\"id\":";
    line_ += id;
  }
  if (csv_) {
    csv(answer);
  } else {
    json(answer);
  }
  line_ += '\n';
  file_.write(line_);
  count(answer);
}

}  // namespace gdlc
