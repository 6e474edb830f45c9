/*
 * The model that is shipped: learned from made-up leads and, for traits that leads do not have,
 * estimated. A start for every installation's own: identity_learn() takes it as prior.
 */
#include "identity/identity.h"

/* clang-format off */
const struct identity_model identity_model_shipped = {
	.share = { 0.25, 0.40, 0.10, 0.25 },
	.level = {
		[CLASS_MATCH] = {
			/*                  same  swap  short fuzzy both  last  first part  double read  last~ first~ differ */
			[TRAIT_NAME] = { 0, .660, .025, .080, .060, .010, .015, .015, .005, .005, .080, .015, .010, .020 },
			/*                   same  role  label user  near  near2 colleague corp free mixed */
			[TRAIT_EMAIL] = { 0, .880, .005, .010, .005, .020, .005, .010, .020, .015, .030 },
			[TRAIT_PHONE] = { 0, .720, .120, .020, .140 },
			[TRAIT_ORG] = { 0, .930, .040, .030 },
			[TRAIT_COUNTRY] = { 0, .970, 0, 0, .030 },
			[TRAIT_TITLE] = { 0, .600, .100, 0, .300 },
			[TRAIT_DATE] = { 0, .780, .120, .050, .050 },
			[TRAIT_CODE] = { 0, .850, .100, .020, .030 },
			[TRAIT_ADDRESS] = { 0, .600, .250, .070, .080 },
			[TRAIT_CITY] = { 0, .750, .120, .050, .080 },
			[TRAIT_REGION] = { 0, .880, .040, .010, .070 },
			[TRAIT_POSTCODE] = { 0, .800, .100, .030, .070 },
			[TRAIT_TEXT] = { 0, .600, .200, .080, .120 },
		},
		[CLASS_COLLEAGUE] = {
			[TRAIT_NAME] = { 0, .004, .001, .006, .006, .004, .010, .010, .010, .002, .002, .350, .350, .245 },
			[TRAIT_EMAIL] = { 0, .0002, .005, .001, .0005, .010, .001, .850, .050, .010, .0725 },
			[TRAIT_PHONE] = { 0, .010, .250, .010, .730 },
			[TRAIT_ORG] = { 0, .950, .030, .020 },
			[TRAIT_COUNTRY] = { 0, .820, 0, 0, .180 },
			[TRAIT_TITLE] = { 0, .060, .030, 0, .910 },
			[TRAIT_DATE] = { 0, .002, .008, .040, .950 },
			[TRAIT_CODE] = { 0, .0005, .002, .010, .9875 },
			[TRAIT_ADDRESS] = { 0, .150, .100, .150, .600 },
			[TRAIT_CITY] = { 0, .500, .030, .020, .450 },
			[TRAIT_REGION] = { 0, .600, .020, .010, .370 },
			[TRAIT_POSTCODE] = { 0, .500, .050, .050, .400 },
			[TRAIT_TEXT] = { 0, .050, .050, .100, .800 },
		},
		[CLASS_NAMESAKE] = {
			[TRAIT_NAME] = { 0, .700, .020, .060, .080, .020, .010, .010, .010, .005, .060, .005, .005, .015 },
			[TRAIT_EMAIL] = { 0, .0002, .0005, .001, .030, .001, .001, .0013, .620, .120, .225 },
			[TRAIT_PHONE] = { 0, .0005, .001, .0005, .998 },
			[TRAIT_ORG] = { 0, .010, .010, .980 },
			[TRAIT_COUNTRY] = { 0, .850, 0, 0, .150 },
			[TRAIT_TITLE] = { 0, .060, .030, 0, .910 },
			[TRAIT_DATE] = { 0, .002, .008, .040, .950 },
			[TRAIT_CODE] = { 0, .0005, .002, .010, .9875 },
			[TRAIT_ADDRESS] = { 0, .002, .010, .088, .900 },
			[TRAIT_CITY] = { 0, .100, .020, .020, .860 },
			[TRAIT_REGION] = { 0, .250, .050, .010, .690 },
			[TRAIT_POSTCODE] = { 0, .050, .020, .030, .900 },
			[TRAIT_TEXT] = { 0, .050, .050, .100, .800 },
		},
		[CLASS_OTHER] = {
			[TRAIT_NAME] = { 0, .005, .001, .005, .010, .005, .010, .010, .010, .001, .003, .150, .150, .640 },
			[TRAIT_EMAIL] = { 0, .0002, .0005, .001, .020, .001, .001, .0263, .600, .130, .220 },
			[TRAIT_PHONE] = { 0, .010, .100, .010, .880 },
			[TRAIT_ORG] = { 0, .050, .050, .900 },
			[TRAIT_COUNTRY] = { 0, .400, 0, 0, .600 },
			[TRAIT_TITLE] = { 0, .060, .030, 0, .910 },
			[TRAIT_DATE] = { 0, .050, .020, .080, .850 },
			[TRAIT_CODE] = { 0, .0005, .002, .010, .9875 },
			[TRAIT_ADDRESS] = { 0, .020, .020, .110, .850 },
			[TRAIT_CITY] = { 0, .150, .020, .020, .810 },
			[TRAIT_REGION] = { 0, .250, .050, .010, .690 },
			[TRAIT_POSTCODE] = { 0, .100, .020, .030, .850 },
			[TRAIT_TEXT] = { 0, .050, .050, .100, .800 },
		},
	},
};
/* clang-format on */
