/* What every test of base/ includes. */
#pragma once
#include "../cases.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
