// How a program would be evaluated, as text for people: what was chosen, and what it was counted by.
#include "boxes.h"
#include "circuit.h"
#include "compact.h"
#include "gdlrt/record.h"
#include "out.h"
#include "run_limits.h"
#include "schedule.h"

namespace gdlrt {

namespace {

void blocks(Out& out, View<Block> all) {
  uint32_t conditions = 0;
  uint32_t words = 0;
  uint32_t variables = 0;
  for (const Block& b : all) {
    conditions += b.conditions;
    words += b.words;
    variables += b.variables;
  }
  out << conditions << " conditions, " << words << " words, " << variables << " variables";
  if (all.count > 1) out << ", " << all.count << " blocks";
  out << '\n';
}

bool show(const Program& p, Out& out) {
  Arena arena;
  Plan plan;
  batch::Circuit circuit;
  batch::Schedule schedule;
  batch::Boxes boxes;
  bool built = circuit.build(p, {}, arena, static_cast<uint32_t>(limits::circuit_gates)) &&
               schedule.build(circuit, arena) && boxes.build(p, circuit, arena);
  if ((!built && !circuit.too_large()) || !plan.build(p, arena)) return false;
  Block whole;
  ParamBans params;
  if (!params.build(p, arena)) return false;
  const char* misfit =
      built ? Compact::misfit(p, params, circuit.offers().count) : "too many gates";
  if (misfit == nullptr) {
    if (!plan.whole(whole)) return false;
    misfit = Compact::misfit(plan, whole);
  }
  out << "records: ";
  if (misfit == nullptr) {
    out << "compact, " << whole.conditions << " conditions in " << Compact::bits_of(p, whole)
        << " bits, " << whole.variables << " variables\n";
  } else {
    out << "general: " << misfit << '\n';
  }
  out << "  first: ";
  blocks(out, plan.first());
  for (uint32_t d = 0; d < p.decisions.count; ++d) {
    out << "  " << p.name(p.decisions[d].name) << ": ";
    blocks(out, plan.decision(d));
  }
  uint32_t helpers = 0;
  for (const Variable& v : plan.variables()) {
    if (v.used && v.kind == Variable::Kind::helper) ++helpers;
  }
  out << "  helpers: " << helpers << " on " << plan.helper_nodes().count << " nodes\n";
  if (!built) return true;
  uint32_t leaves = 0;
  for (const batch::Gate& g : circuit.gates()) {
    if (g.kind != batch::GateKind::both && g.kind != batch::GateKind::different) ++leaves;
  }
  out << "batches: " << circuit.gates().count << " gates, " << leaves << " of them comparisons; "
      << schedule.steps.count << " steps on " << schedule.registers << " registers\n";
  out << "  unknown values: " << boxes.outputs().count - (boxes.any() ? 1 : 0) << " of "
      << circuit.rules().count + circuit.offered().count + 4 * p.decisions.count
      << " outputs by diagrams of " << boxes.edges() << " edges; " << boxes.steps().count
      << " steps on " << boxes.registers() << " registers, " << boxes.choices().count
      << " of them choices\n";
  return true;
}

}  // namespace

}  // namespace gdlrt

extern "C" gdlrt_status gdlrt_plan_show(const gdlrt_program* program, gdlrt_write write,
                                        void* context) {
  if (program == nullptr || write == nullptr) return GDLRT_BAD_ARGUMENT;
  gdlrt::Out out(write, context);
  if (!gdlrt::show(program->program, out)) return GDLRT_NO_MEMORY;
  return out.flush() ? GDLRT_OK : GDLRT_STOPPED;
}
