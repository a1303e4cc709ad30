// Rows of patients, read in blocks from CSV or from lines of JSON: see docs/run.md for what may stand in them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "run_columns.h"
#include "run_input.h"

namespace gdlc {

struct RowOptions {
  std::string id;  ///< the column or member that is passed through; empty: none
  bool ignore_extra = false;
  char delimiter = ',';
};

/// A row. Its texts lie in the input, and only until the next block is read.
struct Row {
  enum class State : std::uint8_t {
    columns,   ///< its values stand in the columns
    exact,     ///< it says something that columns cannot hold: case_of() has it
    rejected,  ///< it is no case: Rows::reason
  };
  std::string_view text;  ///< without its line end; empty if it is too long: Rows::rest has it
  std::uint64_t number = 0, line = 0;
  Field id;
  State state = State::columns;
  bool too_long = false;  ///< its text is in Rows::rest
};

class Rows {
 public:
  Rows(Input& input, std::vector<Column> facts, RowOptions options);
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  virtual ~Rows() = default;

  /// What stands before the rows; false with `error` if no rows can be read.
  virtual bool begin(std::string& error) = 0;
  /// Takes the text of a row that is too long, a piece at a time, while the next block is asked for; the last one, which
  /// may be empty, says so. A piece of UTF-8 holds whole characters.
  using Rest = std::function<void(std::string_view piece, bool last)>;
  void rest(Rest take) { rest_ = std::move(take); }
  /// The next block; false if there are no more rows, or if the input failed.
  bool next();
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  /// All facts, those that no row names too; values of the block in hand.
  [[nodiscard]] const std::vector<Column>& columns() const { return facts_; }
  [[nodiscard]] std::size_t most() const { return most_; }  ///< rows of a block
  [[nodiscard]] std::uint64_t empty_lines() const { return empty_; }

  /// Why a row of the block is rejected.
  [[nodiscard]] std::string reason(const Row& row) const;
  /// The row as a case in JSON.
  [[nodiscard]] virtual std::string case_of(const Row& row) const = 0;
  /// Its id: as text, and as a value in JSON.
  [[nodiscard]] virtual std::string id_text(const Row& row) const = 0;
  [[nodiscard]] virtual std::string id_json(const Row& row) const = 0;

 protected:
  enum class Read : std::uint8_t { row, empty, more };
  /// Reads what begins at `at` as row `i` of the block and says where the next begins; `more`: the text ends first.
  virtual Read read(const char*& at, const char* end, bool all, Row& row, std::size_t i) = 0;
  /// After fill(): the text lies elsewhere.
  virtual void moved() = 0;
  /// Quotes may hold line ends.
  [[nodiscard]] virtual bool quotes() const = 0;

  void reject(Row& row, std::string reason);
  /// Its cells are not to be looked at.
  void set_aside(std::size_t i);

  std::vector<Column> facts_;
  Names names_;  ///< of the facts
  RowOptions options_;
  /// Facts of which every row has a value or is unknown, so that `valid` is made anew for each block.
  std::vector<bool> given_;
  Input& input_;
  const char* at_ = nullptr;  ///< the next row
  std::uint64_t line_ = 1;    ///< that it begins in

 private:
  void reset();
  bool pass();

  std::vector<Row> rows_;
  std::vector<std::string> reasons_;
  std::vector<std::uint64_t> rejected_;  // row numbers, ascending
  std::size_t most_ = 0, want_ = 0;
  std::uint64_t number_ = 0, empty_ = 0;
  Rest rest_ = [](std::string_view, bool) {};
  bool passing_ = false;  // a row that is too long
};

/// Of the text with a header line.
std::unique_ptr<Rows> csv_rows(Input& input, std::vector<Column> facts, RowOptions options);
/// One case a line.
std::unique_ptr<Rows> json_rows(Input& input, std::vector<Column> facts, RowOptions options);

/// ": did you mean `x`?", or nothing.
std::string did_you_mean(std::string_view name, const Names& names);
/// What stands between the quotes of such a field.
std::string csv_escaped(std::string_view text);
/// A field as CSV writes it, with quotes where they are needed.
std::string csv_field(std::string_view text, char delimiter = ',');
/// Text as JSON; what is no UTF-8 in it is replaced.
std::string json_text(std::string_view text);

}  // namespace gdlc
