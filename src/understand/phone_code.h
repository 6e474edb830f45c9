/* The instructions of phone_plan.h's patterns; also for the C++ tool that writes them. */
#pragma once

/* One instruction: two bits say what, the others are its operand. */
enum phone_op {
	PHONE_DIGIT = 0x0000, /* one digit out of a set of ten bits */
	PHONE_JUMP = 0x4000,  /* ahead by operand */
	PHONE_FORK = 0x8000,  /* go on here; when that fails, ahead by operand */
	PHONE_END = 0xC000,
};
#define PHONE_EDGE    PHONE_JUMP /* a jump by 0: only at the end of the digits */
#define PHONE_OP      0xC000
#define PHONE_OPERAND 0x3FFF
