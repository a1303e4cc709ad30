// A program as text: `gdlc dump --stage bytecode`.
#pragma once

#include "out.h"
#include "program.h"

namespace gdlrt {

void disassemble(const Program& program, Out& out);

}  // namespace gdlrt
