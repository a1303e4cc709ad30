// A guideline in all its engines and by hand, all of them on the same random possible patients: prepared, compared bit for bit,
// and ready to be timed.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "benches.h"
#include "gdlrt/batch.h"
#include "patients.h"

namespace gdl::bench {

class Sized {
 public:
  Sized(std::string name, const Guideline& g);
  Sized(const Sized&) = delete;
  Sized& operator=(const Sized&) = delete;
  ~Sized();

  /// Draws patients, and prepares all but what is written by hand. The first `cases` of them, at most, are for the interpreter.
  /// Columns and masks together take about so many bytes, and hold each patient once at least.
  Failure prepare(std::size_t patients, std::size_t cases, std::size_t column_bytes);
  /// As by_hand.h says.
  Failure build_by_hand(const std::string& level, ColumnStyle columns = ColumnStyle::lines,
                        bool split = false, std::size_t compilers = 2);
  /// Every bit of every patient is the same, whoever computes it; the interpreter's answers say the same of their patients.
  Failure agree();

  [[nodiscard]] const gdlrt::Program& program() const { return p_; }
  [[nodiscard]] std::size_t rules() const { return p_.rules.count; }
  [[nodiscard]] std::size_t patients() const { return patients_->rows; }
  /// Of columns: the patients again and again, so that they come from memory. Behind the last, in its line, are impossible ones.
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t impossible() const { return impossible_.size() / record_.size; }
  [[nodiscard]] std::size_t cases() const { return json_.size(); }
  /// False if the program is too large for a circuit.
  [[nodiscard]] bool has_batch() const { return batch_ != nullptr; }
  [[nodiscard]] const char* batch_engine() const { return gdlrt_batch_engine_name(batch_plan_); }
  [[nodiscard]] const std::vector<Handwritten>& hand() const { return hand_; }
  /// Bytes of a row that are read and written in columns.
  [[nodiscard]] double moved() const { return moved(at_.size()); }

  // All patients once, all rows once, or a case.
  void by_records();
  void by_rows(void (*all)(const void*, std::uint64_t*));
  gdlrt_status by_batch();
  /// The first open_rows() rows with one value in twenty unknown: certain and possible. Only after agree().
  gdlrt_status by_batch_open();
  /// Fewer of the largest guidelines, of which each row may have to be evaluated by itself.
  [[nodiscard]] std::size_t open_rows() const {
    return rules() > 50000 ? std::min<std::size_t>(rows_, 512) : rows_;
  }
  /// How many of them by_batch_open() could not decide.
  [[nodiscard]] std::size_t undecided() const { return undecided_; }
  void by_columns(decltype(Handwritten::columns) columns);
  void by_interpreter(std::size_t i);       ///< from JSON to JSON
  void by_interpreter_said(std::size_t i);  ///< a case that was said before

 private:
  void prepare_columns(std::size_t bytes);
  Failure prepare_batch();
  gdlrt_batch_masks masks_of(const std::vector<std::uint64_t*>& at) const;
  Failure agree_open();
  [[nodiscard]] double moved(std::size_t outputs) const;
  Failure agree_interpreter(std::size_t i);
  [[nodiscard]] Failure agree_impossible(const Handwritten& h);
  bool agree_row(void (*all)(const void*, std::uint64_t*), std::size_t i);
  /// What is wrong with the masks, in words.
  Failure agree_masks(const std::string& who) const;
  void wanted_masks();

  std::string name_;
  const Guideline& g_;
  const gdlrt::Program& p_;
  RecordLayout record_;
  gdlrt_plan* plan_ = nullptr;
  gdlrt_state* state_ = nullptr;
  gdlrt_batch_plan* batch_plan_ = nullptr;
  gdlrt_batch* batch_ = nullptr;
  Aligned memory_, batch_memory_, masks_, want_;
  std::unique_ptr<AnswerLayout> answer_;
  std::unique_ptr<Patients> patients_;
  std::vector<std::uint8_t> impossible_;  // records of patients whom a constraint excludes, some
  std::vector<Aligned> values_;           // of columns
  std::vector<gdlrt_column_data> data_, open_;
  std::vector<std::vector<std::uint8_t>> valid_;  // of open_: bits of the values that are known
  std::vector<std::uint64_t> open_undecided_;     // rows
  std::size_t undecided_ = 0;
  std::vector<const void*> columns_;
  std::vector<std::uint64_t*> at_, want_at_;  // masks: rules, offers, of decisions the four others
  std::vector<std::uint64_t> out_;            // an answer by hand
  std::vector<std::string> json_;
  std::vector<gdlrt_case*> said_;
  std::vector<Handwritten> hand_;
  std::size_t rows_ = 0;
  std::size_t words_ = 0;  // of a mask, whole lines
  volatile std::uint64_t sink_ = 0;
};

}  // namespace gdl::bench
