// A guideline's program, prepared for records of a random layout.
#pragma once

#include <memory>

#include "layout.h"
#include "masks.h"
#include "program.h"

namespace gdl::test {

/// A program and a plan of it.
class Planned {
 public:
  Planned(const driver::Compilation& c, Random& random) : model(*c.model), layout(model, random) {
    std::vector<std::uint8_t> bytes = driver::build(c, {false, true});
    REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
    std::string errors;
    gdlrt_status status = gdlrt_plan_make(program, layout.fields().data(), layout.fields().size(),
                                          layout.size(), &plan, append, &errors);
    REQUIRE_MESSAGE(status == GDLRT_OK, errors);
    memory.resize(gdlrt_state_size(plan) / 16 + 1);
    REQUIRE(gdlrt_state_make(plan, memory.data(), memory.size() * 16, &state) == GDLRT_OK);
    index = std::make_unique<OfferIndex>(model, plan);
  }
  Planned(const Planned&) = delete;
  Planned& operator=(const Planned&) = delete;
  ~Planned() {
    gdlrt_plan_free(plan);
    gdlrt_program_free(program);
  }

  /// Whether records of it go the way of small programs (compact.h).
  [[nodiscard]] bool compact() const {
    std::string text;
    REQUIRE(gdlrt_plan_show(program, append, &text) == GDLRT_OK);
    return text.starts_with("records: compact");
  }

  const sema::Model& model;
  Layout layout;
  gdlrt_program* program = nullptr;
  gdlrt_plan* plan = nullptr;
  struct alignas(16) Piece {
    std::uint8_t bytes[16];
  };
  std::vector<Piece> memory;
  gdlrt_state* state = nullptr;
  std::unique_ptr<OfferIndex> index;
};

}  // namespace gdl::test
