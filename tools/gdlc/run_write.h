// The answers of `gdlc run` as CSV or as lines of JSON, and what they come to together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "run_answers.h"
#include "run_file.h"

namespace gdlc {

/// How many rows something is so of, for certain and perhaps.
struct Count {
  std::uint64_t yes = 0, unknown = 0;
};
struct DecisionCounts {
  Count applies, gap, stranded, conflict;
};

class AnswerWriter {
 public:
  /// `id`: rows have one.
  AnswerWriter(const Answers& answers, WholeFile& file, bool csv, bool id);
  void begin();
  /// `id` is as it is to stand there.
  void write(std::uint64_t row, const std::string& id, const RowAnswer& answer);
  [[nodiscard]] const std::vector<DecisionCounts>& decisions() const { return counts_; }
  [[nodiscard]] const std::vector<Count>& offers() const { return offer_counts_; }

 private:
  void csv(const RowAnswer& answer);
  void json(const RowAnswer& answer);
  void count(const RowAnswer& answer);

  const Answers& answers_;
  WholeFile& file_;
  bool csv_, id_;
  std::string line_;
  std::vector<std::string> texts_;     // of an offer
  std::vector<std::string> openings_;  // of a decision
  std::vector<DecisionCounts> counts_;
  std::vector<Count> offer_counts_;
};

/// `recommend a + b`, and an offer's members in JSON.
std::string offer_words(const Offer& offer);
std::string offer_members(const Offer& offer);

}  // namespace gdlc
