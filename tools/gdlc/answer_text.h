// The runtime's JSON in words, for people at a terminal.
#pragma once

#include <string>

namespace gdlc {

/// An answer: what is offered in each decision, on what grounds, and what was ruled out.
std::string answer_text(const std::string& json, bool color, std::size_t width);

/// The problems of a case or program, one JSON line each, as frames.
std::string problems_text(const std::string& lines, const std::string& file, bool color);

/// For --exit-code: 0, 3 (something is undetermined) or 4 (nothing is advised).
int answer_status(const std::string& json);

}  // namespace gdlc
