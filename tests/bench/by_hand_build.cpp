// Building and loading what is written by hand, and how its records lie: see by_hand.h.
#include <dlfcn.h>
#include <spawn.h>
#include <sys/wait.h>

#include "by_hand.h"
#include "gdlrt/batch.h"
#include "process.h"

extern char** environ;

namespace gdl::bench {

using gdlrt::FactKind;
using gdlrt::FactRow;

RecordLayout::RecordLayout(const gdlrt::Program& p, bool bytes, bool bits) {
  for (const FactRow& f : p.facts) {
    Field field;
    switch (static_cast<FactKind>(f.kind)) {
      case FactKind::boolean:
      case FactKind::enumeration: field = {GDLRT_RAW_U8, 0, 1, 0}; break;
      case FactKind::integer: field = {GDLRT_RAW_I32, 0, 4, 0}; break;
      case FactKind::decimal: field = {GDLRT_RAW_F64, 0, 8, 0}; break;
      case FactKind::set: field = {GDLRT_RAW_SET64, 0, 8, 0}; break;
    }
    if (bytes && field.raw != GDLRT_RAW_SET64) field = {GDLRT_RAW_U8, 0, 1, 0};
    size = (size + field.size - 1) / field.size * field.size;
    field.offset = size;
    size += field.size;
    field.column =
        bits && static_cast<FactKind>(f.kind) == FactKind::boolean ? GDLRT_RAW_BITS : field.raw;
    fields.push_back(field);
  }
  size = (size + 7) / 8 * 8;
}

std::optional<Handwritten> build_by_hand(const std::string& text, const std::string& compiler) {
  test::Folder folder;
  std::string source = folder.path() + "/by_hand.cpp";
  std::string library = folder.path() + "/by_hand.so";
  test::write(source, text);
  std::vector<std::string> command = {compiler, "-O3", "-march=native", "-std=c++20", "-shared",
                                      "-fPIC",  "-o",  library,         source};
  std::vector<char*> argv;
  for (const std::string& a : command) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  pid_t pid = 0;
  int status = -1;
  if (posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return std::nullopt;
  if (::waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return std::nullopt;
  }
  void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return std::nullopt;
  Handwritten out;
  out.compiler = compiler;
  auto find = [handle](const char* name, auto& to) {
    to = reinterpret_cast<std::remove_reference_t<decltype(to)>>(::dlsym(handle, name));
    return to != nullptr;
  };
  if (!find("rules_if", out.rules_if) || !find("rules_flat", out.rules_flat) ||
      !find("all_if", out.all_if) || !find("all_flat", out.all_flat) ||
      !find("columns", out.columns) || !find("memory", out.memory)) {
    return std::nullopt;
  }
  return out;
}

}  // namespace gdl::bench
