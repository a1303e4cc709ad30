// SHA-256 (FIPS 180-4): the hash by which an audit record names a program.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace gdlrt {

constexpr size_t kHashSize = 32;

void sha256(const uint8_t* bytes, size_t size, uint8_t* hash);

}  // namespace gdlrt
