// See unit_spelling.h.
#include "unit_spelling.h"

#include <string_view>

#include "num/unit.h"

namespace gdl::sema {

std::string unit_spelling(const std::string& text) {
  // In this order: what is longer comes before a part of it. UCUM 2.1 gives each of the right side.
  static constexpr struct {
    std::string_view written, ucum;
  } kSpellings[] = {
      {"\u00b0C", "Cel"},
      {"\u2103", "Cel"},
      {"\u00b0F", "[degF]"},
      {"\u00b5", "u"},
      {"\u03bc", "u"},
      {"mcg", "ug"},
      {"mmHg", "mm[Hg]"},
      {"mm Hg", "mm[Hg]"},
      {"mIU", "m[IU]"},
      {"IU", "[IU]"},
      {"1.73 m2", "{1.73_m2}"},
      {"1.73m2", "{1.73_m2}"},
      {"1.73 m\u00b2", "{1.73_m2}"},
      {"1.73m\u00b2", "{1.73_m2}"},
      {"\u00b2", "2"},
      {"\u00b3", "3"},
      {"10^", "10*"},
      {"x 10", "10"},
      {"x10", "10"},
      {"\u00d7 10", "10"},
      {"\u00d710", "10"},
      {"m^2", "m2"},
      {"m^3", "m3"},
      {"KG", "kg"},
      {"sec", "s"},
      {"hours", "h"},
      {"hour", "h"},
      {"hrs", "h"},
      {"hr", "h"},
      {"mins", "min"},
      {"cells/", "/"},
      {"cc", "mL"},
      {"gm", "g"},
      {" ", ""},
  };
  std::string out = text;
  for (const auto& s : kSpellings) {
    for (std::size_t at = out.find(s.written); at != std::string::npos;
         at = out.find(s.written, at + s.ucum.size())) {
      if (s.written == "IU" && at > 0 && out[at - 1] == '[') continue;
      out.replace(at, s.written.size(), s.ucum);
    }
  }
  gdlrt::num::Unit unit;
  const bool known = out != text && gdlrt::num::parse_unit(out.data(), out.size(), true, unit) ==
                                        gdlrt::num::UnitStatus::ok;
  return known ? out : std::string();
}

}  // namespace gdl::sema
