/** The two kinds of failure that are not bugs: bad input and passing trouble. */
package org.rlmaterials.errors;
