// Target `rows`: any text as a file of rows. Whatever columns hold is a value of its fact; and where the answers are asked
// for, a row that columns hold is answered as its case is.
#include "run_answers.h"
#include "run_rows.h"
#include "runtime.h"
#include "targets.h"

namespace gdl::fuzz {

namespace {

std::int64_t value_at(const gdlc::Column& c, std::size_t row) {
  std::int64_t wide = 0;
  std::int32_t word = 0;
  switch (c.size()) {
    case 1: return c.values[row];
    case 4: std::memcpy(&word, c.values.data() + row * 4, 4); return word;
    default: std::memcpy(&wide, c.values.data() + row * 8, 8); return wide;
  }
}

void check_cells(const std::vector<gdlc::Column>& columns, std::size_t row) {
  for (const gdlc::Column& c : columns) {
    const std::int64_t v = value_at(c, row);
    bool fine = true;
    switch (c.kind) {
      case gdlc::Kind::boolean: fine = v == 0 || v == 1; break;
      case gdlc::Kind::enumeration:
        fine = v >= 0 && v < static_cast<std::int64_t>(c.names.all().size());
        break;
      case gdlc::Kind::integer:
      case gdlc::Kind::decimal: fine = c.lo > c.hi || (v >= c.lo && v <= c.hi); break;
      case gdlc::Kind::set: {
        const std::size_t n = c.names.all().size();
        fine = n == 64 || static_cast<std::uint64_t>(v) >> n == 0;
        break;
      }
    }
    if (!fine) broken("a cell of `" + c.fact + "` holds what is no value of it");
  }
}

bool same(const gdlc::RowAnswer& a, const gdlc::RowAnswer& b) {
  for (std::size_t d = 0; d < a.decisions; ++d) {
    if (a.marks_of(d) != b.marks_of(d) || a.end(d) - a.begin(d) != b.end(d) - b.begin(d)) {
      return false;
    }
    for (std::ptrdiff_t i = 0; i < a.end(d) - a.begin(d); ++i) {
      if (a.begin(d)[i].offer != b.begin(d)[i].offer) return false;
      if (a.begin(d)[i].status != b.begin(d)[i].status) return false;
    }
  }
  return true;
}

void check_answer(gdlc::Answers& answers, const gdlc::Rows& rows, std::size_t i) {
  using Got = gdlc::Answers::Got;
  gdlc::RowAnswer by_columns;
  gdlc::RowAnswer alone;
  std::string reason;
  const Got got = answers.row(i, by_columns, reason);
  if (got == Got::failed) broken("a row has no answer: " + reason);
  if (rows.rows()[i].state != gdlc::Row::State::columns || got == Got::rejected) return;
  if (answers.exactly(rows.rows()[i], alone, reason) != Got::answer) {
    broken("columns hold a row that is no case: " + reason);
  }
  for (std::size_t k = 0; k < alone.offer_count; ++k) {
    if (alone.offers[k].status == gdlc::Status::undecided) return;
  }
  if (!same(by_columns, alone)) {
    broken("columns answer otherwise than the case: " + rows.case_of(rows.rows()[i]));
  }
}

}  // namespace

void rows(const std::uint8_t* bytes, std::size_t size) {
  static const std::vector<std::unique_ptr<Loaded>> programs = programs_of_subjects();
  if (size == 0) return;
  const std::uint8_t how = bytes[0];
  const gdlrt_program* program = programs[how % 8 % programs.size()]->program;
  gdlc::RowOptions options;
  if ((how & kId) != 0) options.id = "id";
  options.ignore_extra = (how & kIgnoreExtra) != 0;
  options.delimiter = (how & kSemicolon) != 0 ? ';' : ',';
  gdlc::Input input;
  input.hold(std::string(reinterpret_cast<const char*>(bytes) + 1, size - 1));
  std::vector<gdlc::Column> facts = gdlc::columns_of(program);
  auto read = (how & kJson) != 0 ? gdlc::json_rows(input, std::move(facts), options)
                                 : gdlc::csv_rows(input, std::move(facts), options);
  std::string error;
  if (!read->begin(error)) {
    if (error.empty()) broken("rows cannot be read, and nobody says why");
    return;
  }
  std::unique_ptr<gdlc::Answers> answers;
  if ((how & kAnswer) != 0) {
    constexpr std::uint64_t kSteps = 20000;
    answers = std::make_unique<gdlc::Answers>(program, *read, kSteps);
    if (!answers->error().empty())
      answers.reset();  // columns that a condition asks for are not there
  }
  std::uint64_t number = 0;
  while (read->next()) {
    if (answers) answers->block();
    for (std::size_t i = 0; i < read->rows().size(); ++i) {
      const gdlc::Row& row = read->rows()[i];
      if (row.number != ++number) broken("a row's number is not the next");
      (void)read->id_text(row);
      (void)read->id_json(row);
      check_cells(read->columns(), i);
      if (row.state == gdlc::Row::State::rejected) {
        if (read->reason(row).empty()) broken("a row is rejected, and nobody says why");
      } else if (answers) {
        check_answer(*answers, *read, i);
      } else {
        (void)read->case_of(row);
      }
    }
  }
}

}  // namespace gdl::fuzz
