// A program against its source: see driver/verify.h, which says why what is compared here is enough.
#include "driver/verify.h"

#include <algorithm>

#include "effects.h"
#include "emit/lift.h"
#include "gdlrt/gdlrt.h"
#include "normal.h"
#include "otherwise.h"
#include "rows.h"
#include "sets.h"

namespace gdl::driver {

using namespace sema;
using diag::Code;

namespace {

int append(void* context, const char* text, std::size_t size) {
  static_cast<std::string*>(context)->append(text, size);
  return 0;
}

/// Why the runtime does not take the program; empty if it does. After that every index in it is sound.
std::string refusal(const std::vector<std::uint8_t>& bytes) {
  gdlrt_program* program = nullptr;
  std::string problems;
  const gdlrt_status status =
      gdlrt_program_load(bytes.data(), bytes.size(), &program, append, &problems);
  gdlrt_program_free(program);
  if (status == GDLRT_OK) return "";
  if (status == GDLRT_NO_MEMORY) throw std::bad_alloc();
  return problems;
}

void compare_marks(const emit::Lifted& program, const emit::Options& built, Verification& out) {
  auto mark = [&](const char* what, bool source, bool there) {
    if (source == there) return;
    diag::Diagnostic& d = out.sink.report(
        Code::program_differs, {}, std::string("the program's mark `") + what + "` is wrong");
    d.help = advice_on_difference(out);
  };
  mark("stripped", built.strip, program.stripped);
  mark("unchecked", built.unchecked, program.unchecked);
}

/// Pairs of conditions by their forms; gives those whose forms differ.
std::vector<Pair> compare_forms(const Model& source, const Model& program, const Comparable& can,
                                Verification& out) {
  Forms forms;
  FormsOf mine(forms, source);
  FormsOf theirs(forms, program);
  // In this order no condition waits for a deep one below it.
  for (std::size_t i = 0; i < program.conds.size(); ++i) theirs.cond(CondId(i));
  std::vector<Pair> differ;
  auto pair = [&](Pair::Of of, std::size_t row, Form a, Form b) {
    ++out.conditions;
    out.by_form += a == b ? 1 : 0;
    if (a != b) differ.push_back({of, static_cast<std::uint32_t>(row)});
  };
  for (std::size_t i = 0; can.impossibles && i < source.impossibles.size(); ++i) {
    pair(Pair::Of::impossible, i, mine.cond(source.impossibles[i].when),
         theirs.cond(program.impossibles[i].when));
  }
  for (std::size_t i = 0; can.decisions && i < source.decisions.size(); ++i) {
    const DecisionId d(i);
    pair(Pair::Of::decision, i, mine.cond(source.decisions[d].domain),
         theirs.cond(program.decisions[d].domain));
  }
  for (std::size_t i = 0; can.rules && i < source.rules.size(); ++i) {
    const RuleId r(i);
    pair(Pair::Of::rule, i, mine.applies(source.rules[r]), theirs.applies(program.rules[r]));
  }
  for (std::size_t i = 0; can.accepts && i < source.accepts.size(); ++i) {
    pair(Pair::Of::accept, i, mine.cond(source.accepts[i].when),
         theirs.cond(program.accepts[i].when));
  }
  return differ;
}

std::size_t count(const diag::Sink& sink, Code code) {
  return static_cast<std::size_t>(
      std::count_if(sink.items().begin(), sink.items().end(),
                    [code](const diag::Diagnostic& d) { return d.code == code; }));
}

}  // namespace

std::size_t Verification::differences() const { return sink.items().size() - undecided(); }
std::size_t Verification::undecided() const { return count(sink, Code::unknown); }

Verification verify(const Compilation& c, const std::vector<std::uint8_t>& bytes,
                    const VerifyOptions& options) {
  Verification out;
  out.refused = refusal(bytes);
  if (!out.refused.empty()) return out;
  const Model& source = *c.model;
  const emit::Lifted program = emit::lift(bytes.data(), bytes.size());
  out.facts = source.facts.size();
  out.actions = source.actions.size();
  out.decisions = source.decisions.size();
  out.rules = source.rules.size();
  out.stripped = program.stripped;
  out.unchecked = program.unchecked;
  if (options.built.has_value()) {
    out.same_source = true;
    compare_marks(program, *options.built, out);
  } else {
    const emit::Image image = lower(c, {});
    out.same_source = std::equal(std::begin(image.source_hash), std::end(image.source_hash),
                                 program.source_hash.begin());
  }
  const Effects table = effects(source);
  const Comparable can = compare_rows(c, program, table, out);
  std::vector<Pair> differ;
  if (can.conditions) differ = compare_forms(source, program.model, can, out);
  std::optional<Otherwise> otherwise;
  if (!can.rows.empty() || !differ.empty()) {
    otherwise.emplace(source, program, bytes, table, can, differ, options, out);
    otherwise->rows();
  }
  if (!can.conditions) return out;
  const std::size_t rows = out.sink.items().size();
  if (!differ.empty()) {
    // Every row of the source must have one of the program beside it.
    if (!can.decisions || !can.rules || !can.impossibles || !can.accepts) {
      out.left_out.emplace_back("conditions that are not written alike, since rows are missing");
      return out;
    }
    Sets(source, program, *otherwise, options, out).compare(differ);
  }
  if (out.sink.items().size() == rows) compare_classes(c, program, out);
  return out;
}

}  // namespace gdl::driver
