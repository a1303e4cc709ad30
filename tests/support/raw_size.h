// How many bytes a value of a record or a column takes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gdlrt/record.h"

namespace gdl::test {

/// Of a gdlrt_raw that takes whole bytes.
inline std::size_t raw_size(std::uint32_t raw) {
  return raw == GDLRT_RAW_U8 ? 1 : raw == GDLRT_RAW_I32 ? 4 : 8;
}

}  // namespace gdl::test
