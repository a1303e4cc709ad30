// Building and loading what is written by hand, and how its records lie: see by_hand.h.
#include <dlfcn.h>
#include <spawn.h>
#include <sys/wait.h>

#include <map>
#include <thread>

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

namespace {

using Command = std::vector<std::string>;

/// The process, or -1.
pid_t start(const Command& command) {
  std::vector<char*> argv;
  for (const std::string& a : command) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  pid_t pid = -1;
  return posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environ) == 0 ? pid : -1;
}
bool succeeded(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
bool run(const Command& command) {
  int status = -1;
  pid_t pid = start(command);
  return pid > 0 && ::waitpid(pid, &status, 0) == pid && succeeded(status);
}

/// Runs them all, as many at once as there are processors. The first that fails, or none.
std::optional<std::string> run_all(const std::vector<Command>& commands) {
  const std::size_t most = std::max(1u, std::thread::hardware_concurrency());
  std::map<pid_t, std::size_t> running;
  std::optional<std::string> failed;
  std::size_t next = 0;
  while (!running.empty() || (next < commands.size() && !failed)) {
    if (next < commands.size() && !failed && running.size() < most) {
      pid_t pid = start(commands[next]);
      if (pid < 0) failed = commands[next].front() + " cannot be run";
      if (pid > 0) running[pid] = next;
      ++next;
      continue;
    }
    int status = -1;
    pid_t pid = ::waitpid(-1, &status, 0);  // this process has no other children
    auto ended = running.find(pid);
    if (ended == running.end()) return "compilers cannot be waited for";
    if (!succeeded(status))
      failed = commands[ended->second].front() + " fails: " + commands[ended->second].back();
    running.erase(ended);
  }
  return failed;
}

std::optional<Handwritten> loaded(const std::string& library, const std::string& compiler) {
  void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return std::nullopt;
  Handwritten out;
  out.compiler = compiler;
  auto find = [handle](const char* name, auto& to) {
    to = reinterpret_cast<std::remove_reference_t<decltype(to)>>(::dlsym(handle, name));
    return to != nullptr;
  };
  (void)find("rules_if", out.rules_if);
  (void)find("rules_flat", out.rules_flat);
  if (!find("all_if", out.all_if) || !find("all_flat", out.all_flat) ||
      !find("columns", out.columns) || !find("memory", out.memory)) {
    return std::nullopt;
  }
  return out;
}

/// g++, and clang in the first version of it that is there.
std::vector<std::string> compilers(std::size_t most) {
  std::vector<std::string> out;
  for (const char* name : {"g++", "clang++-19", "clang++"}) {
    if (out.size() < most &&
        run({"/bin/sh", "-c", std::string(name) + " --version >/dev/null 2>&1"}))
      out.emplace_back(name);
  }
  return out;
}

}  // namespace

Built build_by_hand(const Written& written, const std::string& level, std::size_t most) {
  Built out;
  test::Folder folder;
  for (const Written::File& f : written.files) folder.write(f.name, f.text);
  const std::vector<std::string> all = compilers(most);
  std::vector<Command> compile;
  std::vector<Command> link;
  for (std::size_t c = 0; c < all.size(); ++c) {
    const std::string prefix = folder.at(std::to_string(c) + "_");
    link.push_back({all[c], "-shared", "-o", prefix + "by_hand.so"});
    for (const Written::File& f : written.files) {
      const std::string object = prefix + f.name + ".o";
      compile.push_back({all[c], level, "-march=native", "-std=c++20", "-fPIC",
                         "-fvisibility=hidden", "-w", "-c", "-o", object, folder.at(f.name)});
      link.back().push_back(object);
    }
  }
  out.failure = run_all(compile);
  if (!out.failure) out.failure = run_all(link);
  for (std::size_t c = 0; c < all.size() && !out.failure; ++c) {
    std::optional<Handwritten> h = loaded(folder.at(std::to_string(c) + "_by_hand.so"), all[c]);
    if (!h) out.failure = "what " + all[c] + " made of what is written by hand cannot be loaded";
    if (h) out.hand.push_back(*h);
  }
  if (out.hand.empty() && !out.failure) out.failure = "no compiler for what is written by hand";
  return out;
}

}  // namespace gdl::bench
