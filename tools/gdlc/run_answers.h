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

/// What a row says of a decision but for its offers: four marks as one number, the digits of which have base 3.
using Marks4 = std::uint8_t;
inline constexpr std::uint8_t kMarkWeights[] = {27, 9, 3, 1};  // applies, gap, stranded, conflict
inline constexpr std::size_t kMarks4 = 81;
inline Mark mark_of(Marks4 marks, std::size_t which) {
  return static_cast<Mark>(marks / kMarkWeights[which] % 3);
}

/// An answer, as it lies somewhere until the next one is asked for: of decision d the marks and where its offers begin stand
/// at d * stride; they end where those of the next one begin.
struct RowAnswer {
  struct Made {
    std::uint32_t offer;
    Status status;
  };
  const Marks4* marks = nullptr;
  const std::uint32_t* first = nullptr;
  std::size_t stride = 1, decisions = 0;
  const Made* offers = nullptr;
  std::size_t offer_count = 0;
  [[nodiscard]] Marks4 marks_of(std::size_t d) const { return marks[d * stride]; }
  [[nodiscard]] const Made* begin(std::size_t d) const { return offers + first[d * stride]; }
  [[nodiscard]] const Made* end(std::size_t d) const { return offers + first[(d + 1) * stride]; }
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
  /// The same by the exact evaluator, whatever columns hold.
  Got exactly(const Row& row, RowAnswer& out, std::string& reason);

 private:
  void make(const gdlrt_program* program);
  void list_offers();
  void from_masks(std::size_t word);
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
  gdlrt_batch_masks certain_{}, possible_{};
  gdlrt_batch_result result_{};
  // Masks of a block, [mask][word]: certain offers, certain applies, gap, stranded, conflict of decisions; the same of what
  // is possible; bad; undecided.
  std::size_t words_ = 0, side_ = 0;
  std::vector<std::uint64_t> masks_;
  std::vector<std::uint64_t*> at_;
  /// Answers as RowAnswer shows them, of so many rows.
  struct Rowed {
    std::vector<Marks4> marks;                         // [decision][row]
    std::vector<std::uint32_t> first;                  // [decision, and one more][row]
    std::vector<std::vector<RowAnswer::Made>> offers;  // [row]
    void make(std::size_t decisions, std::size_t rows);
    void show(std::size_t row, RowAnswer& out) const;
  };
  static constexpr std::size_t kRows = 64;
  Rowed of_word_, of_one_;  // of the rows of a word of masks; of a row that was evaluated by itself
  std::size_t word_ = SIZE_MAX;
  std::uint64_t by_exact_ = 0;
};

}  // namespace gdlc
