import { type DynamicModule, RequestMethod, type Type } from '@nestjs/common';
import { ROUTE_POLICY, type RoutePolicy } from './route.js';

export interface DeclaredRoute {
  /** GET, POST … */
  readonly method: string;
  /** `/api/incidents/:id`, as Nest writes it. */
  readonly path: string;
  /** `IncidentsController.act`. */
  readonly handler: string;
  /** Of the answer to a request that went well. */
  readonly status: number;
  readonly policy: RoutePolicy | undefined;
}

type Module = Type | DynamicModule;

/** Every route of a module and of all that it imports, as its decorators say it. */
export function routesOf(root: Module): readonly DeclaredRoute[] {
  const controllers = new Set<Type>();
  collect(root, new Set(), controllers);
  return [...controllers].flatMap(routesOfController);
}

function collect(module: Module, seen: Set<Module>, controllers: Set<Type>): void {
  if (seen.has(module)) return;
  seen.add(module);
  const dynamic = 'module' in module ? module : undefined;
  const type = dynamic?.module ?? (module as Type);
  const listed = (key: string): unknown[] => (Reflect.getMetadata(key, type) as unknown[] | undefined) ?? [];
  for (const each of [...listed('controllers'), ...(dynamic?.controllers ?? [])]) controllers.add(each as Type);
  for (const each of [...listed('imports'), ...(dynamic?.imports ?? [])]) collect(each as Module, seen, controllers);
}

function routesOfController(controller: Type): readonly DeclaredRoute[] {
  const prefix = String(Reflect.getMetadata('path', controller));
  const routes: DeclaredRoute[] = [];
  for (const name of Object.getOwnPropertyNames(controller.prototype)) {
    const handler: unknown = Reflect.get(controller.prototype as object, name);
    if (typeof handler !== 'function') continue;
    const path = Reflect.getMetadata('path', handler) as string | undefined;
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
    if (path === undefined || method === undefined) continue;
    routes.push({
      method: RequestMethod[method] ?? '',
      path: `/${prefix}/${path}`.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, ''),
      handler: `${controller.name}.${name}`,
      status: statusOf(handler, method),
      policy: Reflect.getMetadata(ROUTE_POLICY, handler) as RoutePolicy | undefined,
    });
  }
  return routes;
}

function statusOf(handler: object, method: RequestMethod): number {
  const declared = Reflect.getMetadata('__httpCode__', handler) as number | undefined;
  return declared ?? (method === RequestMethod.POST ? 201 : 200);
}
