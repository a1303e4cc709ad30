// The answers of `gdlc run` as CSV or as lines of JSON, and what they come to together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "run_answers.h"
#include "whole_file.h"

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
  [[nodiscard]] std::vector<DecisionCounts> decisions() const;
  [[nodiscard]] const std::vector<Count>& offers() const { return offer_counts_; }

 private:
  /// A text of any length that is copied in pieces of kPiece bytes, of which the last may be more than is left of it.
  struct Text {
    static constexpr std::size_t kPiece = 32;
    std::size_t at, size;  // in pieces_
  };
  Text keep(std::string_view text);
  char* put(char* to, const Text& text) const;
  void csv(std::uint64_t row, const std::string& id, const RowAnswer& answer);
  void json(const RowAnswer& answer);
  void count(const RowAnswer& answer);

  const Answers& answers_;
  WholeFile& file_;
  bool csv_, id_;
  std::string line_;
  std::string pieces_;
  std::vector<Text> offer_texts_;      // of an offer, in CSV
  std::vector<Text> before_, behind_;  // by Marks4: what stands before the offers, and behind
  std::size_t longest_ = 0;            // of the texts of offers
  std::vector<std::string> texts_;     // of an offer, in JSON
  std::vector<std::string> openings_;  // of a decision
  std::vector<std::uint64_t> counts_;  // [decision][Marks4]: of so many rows
  std::vector<Count> offer_counts_;
};

/// `recommend a + b`, and an offer's members in JSON.
std::string offer_words(const Offer& offer);
std::string offer_members(const Offer& offer);

}  // namespace gdlc
