// The fast way of prediction suffices for everything that is written correctly.
#include "constructs.h"
#include "read.h"

using namespace gdl;

TEST_CASE("every form of the grammar is read without the slower way of prediction") {
  test::Read r = test::read(std::string(test::kConstructs));
  CHECK(r.messages() == "");
  CHECK(r.counts.declarations > 40);
  CHECK(r.counts.ll == 0);
}

TEST_CASE("so are all files of the project") {
  for (const test::Sample& s : test::samples()) {
    INFO(s.path);
    CHECK(test::read(s.bytes).counts.ll == 0);
  }
}
