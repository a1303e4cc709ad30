// What `gdlc run` answers, row by row: from a batch where columns hold the row, from the exact evaluator where they do not
// or where the batch gives up. Both give the same where both decide.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "gdlrt/batch.h"
#include "run_rows.h"

namespace gdlc {

enum class Mark : std::uint8_t { no, unknown, yes };
/// `possible`: for some of the patients who agree with the row; `undecided`: the steps did not suffice.
enum class Status : std::uint8_t { certain, possible, undecided };

/// An offer that a decision can make.
struct Offer {
  std::uint32_t decision = 0;
  std::string verb;
  std::vector<std::string> way;
};

struct DecisionAnswer {
  Mark applies = Mark::no, gap = Mark::no, stranded = Mark::no, conflict = Mark::no;
  std::uint32_t first = 0, count = 0;  ///< of RowAnswer::offers
};
struct RowAnswer {
  std::vector<DecisionAnswer> decisions;
  struct Made {
    std::uint32_t offer;
    Status status;
  };
  std::vector<Made> offers;
};

class Answers {
 public:
  Answers(const gdlrt_program* program, const Rows& rows, std::uint64_t steps);
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  ~Answers();

  /// Why nothing can be answered; empty: all is well.
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] const std::vector<std::string>& decisions() const { return decisions_; }
  [[nodiscard]] const std::vector<Offer>& offers() const { return offers_; }
  [[nodiscard]] std::uint64_t by_exact() const { return by_exact_; }

  /// Evaluates the block in hand.
  void block();
  enum class Got : std::uint8_t { answer, rejected, failed };
  /// The answer to row `i` of it, or in `reason` why the row is no case (or why there is no answer: failed).
  Got row(std::size_t i, RowAnswer& out, std::string& reason);

 private:
  void make(const gdlrt_program* program);
  void list_offers();
  void list_active(std::size_t word);
  void from_masks(std::size_t i, RowAnswer& out);
  Got exactly(const Row& row, RowAnswer& out, std::string& reason);
  [[nodiscard]] std::uint64_t word(std::size_t mask, std::size_t w) const {
    return masks_[mask * words_ + w];
  }
  static std::string key_of(std::uint32_t decision, const std::string& verb,
                            const std::vector<std::string>& way);

  const gdlrt_program* program_;
  const Rows& rows_;
  std::uint64_t steps_;
  std::string error_;
  std::vector<std::string> decisions_;
  std::vector<Offer> offers_;
  std::unordered_map<std::string, std::uint32_t> offer_of_;
  std::vector<std::vector<std::uint32_t>> made_by_;  // by decision

  gdlrt_batch_plan* plan_ = nullptr;  // null: too large for one
  gdlrt_plan* records_ = nullptr;     // in its place
  gdlrt_batch* batch_ = nullptr;
  std::vector<std::uint8_t> memory_;
  std::vector<std::uint32_t> taken_;  // facts that the plan has a column for
  std::vector<gdlrt_column_data> data_;
  gdlrt_batch_result result_{};
  // Masks of a block, [mask][word]: certain offers, certain applies, gap, stranded, conflict of decisions; the same of what
  // is possible; bad; undecided.
  std::size_t words_ = 0, side_ = 0;
  std::vector<std::uint64_t> masks_;
  std::vector<std::uint64_t*> at_;
  // Of the word in hand: per decision the offers that some row of it may have.
  std::size_t active_word_ = SIZE_MAX;
  std::vector<std::uint32_t> active_, active_first_;
  std::uint64_t by_exact_ = 0;
};

}  // namespace gdlc
