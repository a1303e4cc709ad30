// gdlc run: a whole file of patients. See docs/run.md. Rows are read in blocks (run_rows.h), answered (run_answers.h) and
// written (run_write.h); what is no case is written apart.
#include <fmt/core.h>

#include <chrono>
#include <cstdio>

#include "commands.h"
#include "common.h"
#include "diag/render.h"
#include "programs.h"
#include "run_answers.h"
#include "run_write.h"
#include "system.h"
#include "whole_file.h"

namespace gdlc {

namespace {

/// "csv" or "ndjson": as it was said, else by the name of the file; nothing if neither tells.
std::string form_of(const std::string& said, const std::string& path) {
  if (!said.empty()) return said;
  if (path.ends_with(".csv") || path.ends_with(".tsv")) return "csv";
  if (path.ends_with(".ndjson") || path.ends_with(".jsonl")) return "ndjson";
  return "";
}

int fail(const std::string& message) {
  fmt::print(stderr, "gdlc: {}\n", message);
  return 2;
}

/// Tells of long work, on a terminal only.
class Progress {
 public:
  void tell(std::uint64_t rows, const Input& input) {
    if (!talk_) return;
    double spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    if (spent < next_) return;
    next_ = spent + 5;
    std::string share;
    if (input.size() > 0) {
      share = fmt::format(", {} % of the input", 100 * input.bytes() / input.size());
    }
    fmt::print(stderr, "gdlc: {} rows{}, {:.0f} s\n", rows, share, spent);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  bool talk_ = os::is_terminal(2);
  double next_ = 2;
};

class Run {
 public:
  Run(const Settings& s, const gdlrt_program* program) : s_(s), program_(program) {}

  int run() {
    if (int status = options(); status != 0) return status;
    os::watch_signals();
    int status = all();
    if (os::interrupted() != 0) {
      const char* what = whole_            ? "all had been written to"
                         : out_.straight() ? "not all is written to"
                                           : "nothing is written to";
      fmt::print(stderr, "gdlc: interrupted: {} `{}`\n", what, s_.out);
    }
    return status;
  }

 private:
  int options() {
    from_ = form_of(s_.run.from, s_.run.input);
    to_ = form_of(s_.run.to, s_.out);
    if (from_.empty()) return fail("is the input csv or ndjson? `--from` says it");
    if (to_.empty()) return fail("is the output to be csv or ndjson? `--to` says it");
    rejected_path_ = s_.run.rejected;
    if (rejected_path_.empty()) {
      if (s_.out == "-") {
        return fail("`--output -` needs `--rejected FILE`, for the rows that are no cases");
      }
      rejected_path_ = s_.out + ".rejected";
    }
    if (s_.out == "-" && s_.format == "json") {
      return fail("answers and the summary cannot both go to the standard output");
    }
    bool same = rejected_path_ == s_.out || os::same_file(rejected_path_, s_.out);
    if (same && !os::discards(rejected_path_)) {
      return fail("answers and rejected rows cannot go to one file");
    }
    for (const std::string& path : {s_.out, rejected_path_}) {
      if (!fit_for_output(path, s_.files[0])) return 2;
      if (path != "-" && !os::discards(path) && s_.run.input != "-" &&
          os::same_file(path, s_.run.input)) {
        return fail(fmt::format("`{}` is the input: the output needs another file", path));
      }
    }
    row_options_.id = s_.run.id;
    row_options_.ignore_extra = s_.run.ignore_extra;
    const std::string& d = s_.run.delimiter;
    bool tab = d == "tab" || d == "\t" || (d.empty() && s_.run.input.ends_with(".tsv"));
    row_options_.delimiter = tab ? '\t' : d.empty() ? ',' : d[0];
    if (!tab && (d.size() > 1 || row_options_.delimiter == '"' || row_options_.delimiter < ' ' ||
                 row_options_.delimiter == '\x7f')) {
      return fail("`--delimiter` is one character, or `tab`");
    }
    return 0;
  }

  int all() {
    if (!input_.open(s_.run.input)) return cannot_read();
    std::vector<Column> facts = columns_of(program_);
    rows_ = from_ == "csv" ? csv_rows(input_, std::move(facts), row_options_)
                           : json_rows(input_, std::move(facts), row_options_);
    rows_->rest([this](std::string_view piece, bool last) { rest(piece, last); });
    std::string error;
    if (!rows_->begin(error)) {
      return error.empty() ? cannot_read() : fail(fmt::format("`{}`: {}", s_.run.input, error));
    }
    Answers answers(program_, *rows_, s_.steps);
    if (!answers.error().empty()) return fail(answers.error());
    if (!out_.open(s_.out)) return cannot_write(out_);
    if (!rejected_.open(rejected_path_)) return cannot_write(rejected_);
    AnswerWriter writer(answers, out_, to_ == "csv", !row_options_.id.empty());
    writer.begin();
    if (to_ == "csv") {
      rejected_.write(row_options_.id.empty() ? "row,line,reason,text\n"
                                              : "row,line,id,reason,text\n");
    }
    while (rows_->next()) {
      answers.block();
      if (int status = block(answers, writer); status != 0) return status;
      progress_.tell(total_, input_);
    }
    if (!input_.error().empty()) return cannot_read();
    // The answers come last: where they stand, all stands.
    if (!rejected_.finish() || !out_.finish()) return cannot_write();
    if (!WholeFile::publish({&rejected_, &out_})) return cannot_write();
    whole_ = true;
    summary(answers, writer);
    return bad_ > 0 ? 1 : 0;
  }

  int block(Answers& answers, AnswerWriter& writer) {
    const bool has_id = !row_options_.id.empty();
    for (std::size_t i = 0; i < rows_->rows().size(); ++i) {
      const Row& row = rows_->rows()[i];
      ++total_;
      Answers::Got got = answers.row(i, answer_, reason_);
      if (got == Answers::Got::failed) {
        return fail(fmt::format("row {} (line {}): {}", row.number, row.line, reason_));
      }
      if (has_id) id_ = to_ == "csv" ? csv_field(rows_->id_text(row)) : rows_->id_json(row);
      if (got == Answers::Got::answer) {
        writer.write(row.number, id_, answer_);
      } else {
        reject(row);
      }
      // Rows that are evaluated one by one may take long.
      if (row.state == Row::State::exact && os::interrupted() != 0) return 2;
    }
    if (out_.failed() || rejected_.failed()) return cannot_write();
    return os::interrupted() != 0 ? 2 : 0;
  }

  void reject(const Row& row) {
    constexpr std::uint64_t kTold = 5;
    if (++bad_ <= kTold) {
      fmt::print(stderr, "gdlc: row {} (line {}): {}\n", row.number, row.line, printable(reason_));
    }
    bool has_id = !row_options_.id.empty();
    if (to_ == "csv") {
      rejected_.write(fmt::format("{},{},{}{},", row.number, row.line, has_id ? id_ + "," : "",
                                  csv_field(reason_)));
      rejected_.write(row.too_long ? "\"" : csv_field(row.text) + "\n");
    } else {
      rejected_.write(fmt::format("{{\"row\":{},\"line\":{}{},\"reason\":{},\"text\":", row.number,
                                  row.line, has_id ? ",\"id\":" + id_ : "", json_text(reason_)));
      rejected_.write(row.too_long ? "\"" : json_text(row.text) + "}\n");
    }
  }

  /// The text of a row that is too long to be held: what reject() has begun goes on.
  void rest(std::string_view piece, bool last) {
    if (to_ == "csv") {
      rejected_.write(csv_escaped(piece));
      if (last) rejected_.write("\"\n");
    } else {
      std::string text = json_text(piece);
      rejected_.write(std::string_view(text).substr(1, text.size() - 2));
      if (last) rejected_.write("\"}\n");
    }
  }

  int cannot_read() {
    return os::interrupted() != 0
               ? 2
               : fail(fmt::format("cannot read `{}`: {}", s_.run.input, input_.error()));
  }
  int cannot_write() { return cannot_write(out_.failed() ? out_ : rejected_); }
  static int cannot_write(const WholeFile& file) {
    return os::interrupted() != 0
               ? 2
               : fail(fmt::format("cannot write `{}`: {}", file.path(), file.error()));
  }

  void summary(const Answers& answers, const AnswerWriter& writer) const {
    if (s_.format == "json") {
      std::fputs(summary_json(answers, writer).c_str(), stdout);
      return;
    }
    std::string out = fmt::format("{} row{}: {} answered, {} rejected", total_,
                                  total_ == 1 ? "" : "s", total_ - bad_, bad_);
    if (bad_ > 0) out += fmt::format(" (in `{}`)", rejected_path_);
    if (answers.by_exact() > 0) out += fmt::format("; {} one by one", answers.by_exact());
    if (std::uint64_t n = rows_->empty_lines(); n > 0) {
      out += fmt::format("; {} empty line{}", n, n == 1 ? "" : "s");
    }
    out += '\n';
    const std::vector<DecisionCounts> decisions = writer.decisions();
    for (std::size_t d = 0; d < answers.decisions().size(); ++d) {
      const DecisionCounts& c = decisions[d];
      auto count = [](const Count& n) {
        return n.unknown == 0 ? fmt::format("{}", n.yes)
                              : fmt::format("{} (and perhaps {})", n.yes, n.unknown);
      };
      out += fmt::format("{}: applies to {}, gap {}, stranded {}, conflict {}\n",
                         answers.decisions()[d], count(c.applies), count(c.gap), count(c.stranded),
                         count(c.conflict));
    }
    std::fputs(out.c_str(), stderr);
  }

  std::string summary_json(const Answers& answers, const AnswerWriter& writer) const {
    auto count = [](const Count& n) {
      return fmt::format("{{\"yes\":{},\"unknown\":{}}}", n.yes, n.unknown);
    };
    std::string out = fmt::format(
        "{{\"summary\":{{\"rows\":{},\"answered\":{},\"rejected\":{},\"one_by_one\":{},"
        "\"empty_lines\":{},\"decisions\":[",
        total_, total_ - bad_, bad_, answers.by_exact(), rows_->empty_lines());
    const std::vector<DecisionCounts> decisions = writer.decisions();
    for (std::size_t d = 0; d < answers.decisions().size(); ++d) {
      const DecisionCounts& c = decisions[d];
      out += fmt::format(
          "{}{{\"id\":{},\"applies\":{},\"gap\":{},\"stranded\":{},\"conflict\":{},\"offers\":[",
          d > 0 ? "," : "", gdl::diag::json_quote(answers.decisions()[d]), count(c.applies),
          count(c.gap), count(c.stranded), count(c.conflict));
      bool first = true;
      for (std::size_t o = 0; o < answers.offers().size(); ++o) {
        if (answers.offers()[o].decision != d) continue;
        const Count& n = writer.offers()[o];
        out += fmt::format("{}{{{},\"certain\":{},\"possible\":{}}}", first ? "" : ",",
                           offer_members(answers.offers()[o]), n.yes, n.unknown);
        first = false;
      }
      out += "]}";
    }
    return out + "]}}\n";
  }

  const Settings& s_;
  const gdlrt_program* program_;
  std::string from_, to_, rejected_path_;
  RowOptions row_options_;
  Input input_;
  std::unique_ptr<Rows> rows_;
  WholeFile out_, rejected_;
  Progress progress_;
  RowAnswer answer_;
  std::string reason_, id_;
  std::uint64_t total_ = 0, bad_ = 0;
  bool whole_ = false;  // what is to be written stands
};

}  // namespace

int run_run(const Settings& s) {
  if (s.files[0] == "-" && s.run.input == "-") {
    return fail("guideline and rows cannot both come from standard input");
  }
  int status = 0;
  Program program = open_program(s, s.files[0], status);
  if (program == nullptr) return status;
  status = Run(s, program.get()).run();
  os::die_of_signal();
  return status;
}

}  // namespace gdlc
