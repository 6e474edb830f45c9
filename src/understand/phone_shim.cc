#include "understand/phone_shim.h"

#include <cstring>
#include <string>
#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

/* It writes to standard output otherwise. */
static PhoneNumberUtil *quiet_instance()
{
	PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();

	util->SetLogger(new NullLogger());
	return util;
}

extern "C" int phone_shim_e164(const char *text, const char *region, char out[PHONE_E164])
{
	static PhoneNumberUtil *const util = quiet_instance();
	PhoneNumber number;
	std::string e164;

	if (util->Parse(text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR ||
	    !util->IsValidNumber(number))
		return 0;
	util->Format(number, PhoneNumberUtil::E164, &e164);
	if (e164.size() >= PHONE_E164)
		return 0;
	std::memcpy(out, e164.c_str(), e164.size() + 1);
	return 1;
}
