// The one call of the runtime that does input: a program out of a file. A build without files leaves this file out.
#include <stdio.h>

#include "arena.h"
#include "options.h"
#include "program.h"

namespace gdlrt {

namespace {

/// These bytes are no program, or more than the whole of one. No more are read then: a file may be a device without an end.
bool more_than_whole(const uint8_t* bytes, size_t size) {
  if (size < sizeof(Header)) return false;
  Header h;
  memcpy(&h, bytes, sizeof h);
  return memcmp(h.magic, kMagic, sizeof kMagic) != 0 || size > h.file_size;
}

/// Reads the whole file into memory from `memory`; null if it cannot be read, or is larger than memory.
uint8_t* read(FILE* file, const Memory& memory, size_t& size, size_t& room, bool& no_memory) {
  uint8_t* bytes = nullptr;
  while (true) {
    if (size == room) {
      size_t more = room == 0 ? 65536 : room * 2;
      auto* bigger = more < room ? nullptr : static_cast<uint8_t*>(memory.take(more));
      no_memory = bigger == nullptr;
      if (bigger != nullptr && size > 0) memcpy(bigger, bytes, size);
      memory.give(bytes, room);
      if (no_memory) return nullptr;
      bytes = bigger;
      room = more;
    }
    size_t got = fread(bytes + size, 1, room - size, file);
    size += got;
    if (got > 0 && !more_than_whole(bytes, size)) continue;
    if (ferror(file) == 0) return bytes;
    memory.give(bytes, room);
    return nullptr;
  }
}

}  // namespace

}  // namespace gdlrt

extern "C" gdlrt_status gdlrt_program_open_file(const char* path, const gdlrt_load_options* options,
                                                gdlrt_program** out, gdlrt_write write_error,
                                                void* errors) {
  if (out == nullptr) return GDLRT_BAD_ARGUMENT;
  *out = nullptr;
  gdlrt_load_options settings{};
  if (path == nullptr || !gdlrt::take_options(options, settings) ||
      !gdlrt::Memory::sound(settings.allocator)) {
    return GDLRT_BAD_ARGUMENT;
  }
  settings.size = sizeof settings;
  settings.in_place = 0;
  gdlrt::Memory memory(settings.allocator);
  FILE* file = fopen(path, "rb");
  size_t size = 0;
  size_t room = 0;
  bool no_memory = false;
  uint8_t* bytes = file == nullptr ? nullptr : gdlrt::read(file, memory, size, room, no_memory);
  if (file != nullptr) (void)fclose(file);
  if (no_memory) return GDLRT_NO_MEMORY;
  if (bytes == nullptr) {
    return gdlrt::refuse_file("the file of the program cannot be read",
                              "look at its name and whether it may be read", write_error, errors);
  }
  gdlrt_status status = gdlrt_program_load_with(bytes, size, &settings, out, write_error, errors);
  memory.give(bytes, room);
  return status;
}
