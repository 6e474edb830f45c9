/*
 * The store: every statement the program runs, as typed functions. They are generated from the .sql
 * files of this folder; store_sql.h has one struct for the arguments and one for the row of each.
 */
#pragma once
#include "store_sql.h"
