// Loads a program, answers a case, and prints the answer as JSON.
// c++ -std=c++20 answer.cpp $(pkg-config --cflags --libs gdlrt) -o answer && ./answer nsclc.gdlb case.json
#include <gdlrt/gdlrt.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

static std::string slurp(const char* path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(std::string("cannot read ") + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

static int append(void* text, const char* piece, size_t size) {
  static_cast<std::string*>(text)->append(piece, size);
  return 0;
}

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("usage: answer PROGRAM.gdlb CASE.json");
  std::string bytes = slurp(argv[1]), facts = slurp(argv[2]), answer, problems;
  gdlrt_program* raw = nullptr;
  if (gdlrt_program_load(bytes.data(), bytes.size(), &raw, append, &problems) != GDLRT_OK)
    throw std::runtime_error(problems);
  std::unique_ptr<gdlrt_program, decltype(&gdlrt_program_free)> program(raw, gdlrt_program_free);
  if (gdlrt_evaluate_json(program.get(), facts.data(), facts.size(), nullptr, append, &answer,
                          append, &problems) != GDLRT_OK)
    throw std::runtime_error(problems);
  std::cout << answer;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
