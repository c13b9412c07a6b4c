/** Run by the build, never by a task: what the pipeline must know about the code it calls. */
package org.rlmaterials.build;
