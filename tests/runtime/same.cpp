// Cases said by calls and answers walked by nodes, against the same as JSON: random guidelines, random cases with every
// narrowing.
#include <doctest/doctest.h>

#include "cases.h"
#include "fuzz_count.h"
#include "generate.h"
#include "program.h"
#include "said.h"

using namespace gdl;

TEST_CASE("calls and JSON are the same case, nodes and JSON the same answer") {
  std::size_t count = test::fuzz_count(150);
  std::size_t answered = 0;
  std::size_t impossible = 0;
  for (std::size_t n = 0; n < count; ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 12'000'000 + n, {6, 2, 2, 5}).run();
    CAPTURE(text);
    driver::Compilation compiled = test::load(text);
    REQUIRE(!compiled.type_errors);
    std::vector<std::uint8_t> bytes = driver::build(compiled, {n % 5 == 4, true});
    gdlrt_program* program = nullptr;
    REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
    std::string problems;
    gdlrt_case_options with{sizeof with, nullptr, test::append, &problems};
    gdlrt_case* c = nullptr;
    REQUIRE(gdlrt_case_make(program, &with, &c) == GDLRT_OK);
    gdlrt_eval_options options{sizeof options, nullptr, nullptr, 0,
                               n % 2 == 0,     nullptr, 0,       nullptr};
    test::Random random(n);
    for (std::size_t i = 0; i < 12; ++i) {
      test::Given given = test::Cases(*compiled.model, random).one();
      CAPTURE(given.text);
      // The same case in a new one, in one used before, and as JSON in place of what was said before.
      if (random.one_in(2)) gdlrt_case_clear(c);
      for (std::uint32_t f = 0; f < gdlrt_program_count(program, GDLRT_FACTS); ++f) {
        gdlrt_fact fact{};
        fact.size = sizeof fact;
        REQUIRE(gdlrt_program_fact(program, f, &fact) == GDLRT_OK);
        bool named = false;
        for (auto& [name, value] : given.members) named = named || name == fact.name;
        if (!named) REQUIRE(gdlrt_case_unset(c, f) == GDLRT_OK);
      }
      for (auto& [name, value] : given.members) {
        CAPTURE(value);
        problems.clear();
        gdlrt_status status = test::Said(program, c).value(name, value, i % 2 == 1);
        REQUIRE_MESSAGE(status == GDLRT_OK, problems);
      }
      std::string said;
      REQUIRE(gdlrt_case_write(c, test::append, &said) == GDLRT_OK);
      CAPTURE(said);
      std::string expected;
      std::string errors;
      gdlrt_status status = gdlrt_evaluate_json(program, said.data(), said.size(), &options,
                                                test::append, &expected, test::append, &errors);
      problems.clear();
      gdlrt_answer* answer = nullptr;
      CHECK(gdlrt_evaluate(c, &options, &answer) == status);
      if (status == GDLRT_OK) {
        ++answered;
        CHECK(std::string(gdlrt_answer_json(answer, nullptr)) == expected);
        CHECK(test::walked(gdlrt_answer_root(answer)) + "\n" == expected);
        // And as the case was first written: only the words of `because` may be others.
        options.explain = 0;
        std::string first;
        std::string second;
        REQUIRE(gdlrt_evaluate_json(program, given.text.data(), given.text.size(), &options,
                                    test::append, &first, nullptr, nullptr) == GDLRT_OK);
        REQUIRE(gdlrt_evaluate_json(program, said.data(), said.size(), &options, test::append,
                                    &second, nullptr, nullptr) == GDLRT_OK);
        CHECK(first == second);
        options.explain = n % 2 == 0;
      } else {
        ++impossible;
        CHECK(answer == nullptr);
        CHECK(test::lines(problems).size() == test::lines(errors).size());
      }
      gdlrt_answer_free(answer);
      // As it came.
      REQUIRE(gdlrt_case_read(c, given.text.data(), given.text.size()) == GDLRT_OK);
      std::string again;
      std::string want;
      CHECK(gdlrt_evaluate(c, &options, &answer) ==
            gdlrt_evaluate_json(program, given.text.data(), given.text.size(), &options,
                                test::append, &want, nullptr, nullptr));
      CHECK(gdlrt_answer_json(answer, nullptr) == want);
      gdlrt_answer_free(answer);
    }
    gdlrt_case_free(c);
    gdlrt_program_free(program);
  }
  CHECK(answered > count * 5);
  CHECK(impossible > 0);
}
