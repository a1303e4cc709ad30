// Units as laboratories and journals write them, in UCUM. Private to sema/.
#pragma once

#include <string>

namespace gdl::sema {

/// The UCUM unit that `text`, which is none, most likely stands for: `Cel` for `°C`, `mm[Hg]` for `mmHg`. Empty if
/// no spelling that is known makes a unit of it. A suggestion: the author is asked.
[[nodiscard]] std::string unit_spelling(const std::string& text);

}  // namespace gdl::sema
